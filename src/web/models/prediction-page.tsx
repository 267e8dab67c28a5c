import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { bytes, count } from '../format.ts'
import { LogText } from '../shared/log-text.tsx'
import { DownloadButton } from '../shared/download-button.tsx'
import { StateBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { Page } from '../ui/page.tsx'
import { Progress } from '../ui/progress.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { DatasetLink } from './dataset-link.tsx'
import { batchQuery, fractionOf, isOver, modelOf } from './batch-queries.ts'
import type { Batch } from './model-queries.ts'

const route = getRouteApi('/predictions/$id')
const above = <Link to="/predictions">Batches of predictions</Link>

export function PredictionPage() {
  const { id } = route.useParams()
  const found = useQuery(batchQuery(id))
  if (found.data !== undefined) return <Found batch={found.data} />
  return (
    <Page title="Batch of predictions" above={above}>
      {found.isError ? (
        <ErrorState
          error={found.error}
          onRetry={() => void found.refetch()}
          action={<Link to="/predictions">All batches</Link>}
        />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

function Found({ batch }: { batch: Batch }) {
  const { id, state, reason, result, format } = batch
  return (
    <Page
      title={`Predictions of ${modelOf(batch)}`}
      above={above}
      beside={<StateBadge state={state} />}
      actions={
        <>
          {result !== null && (
            <DownloadButton
              path={`/v1/predictions/${id}/content`}
              fileName={`predictions.${format}`}
              text={`Download (${bytes(result.sizeBytes)})`}
            />
          )}
          <Delete batch={batch} />
        </>
      }
    >
      {state === 'failed' && (
        <div className="error-state" role="alert">
          <p>{reason?.detail ?? 'No reason is known.'}</p>
          {reason !== null && <p className="small faint">{reason.code}</p>}
        </div>
      )}
      <Card title="Progress">
        <Progress
          label="Images predicted"
          value={state === 'succeeded' ? 1 : state === 'queued' ? 0 : fractionOf(batch)}
        />
        <p role="status">{progressOf(batch)}</p>
      </Card>
      <Card title="What is predicted">
        <Facts facts={factsOf(batch)} />
      </Card>
      <LogText path={`/v1/predictions/${id}/logs`} isOver={isOver(batch)} />
    </Page>
  )
}

function progressOf({ state, images, predicted, failed }: Batch): string {
  if (state === 'queued') return 'A worker begins as soon as one is free.'
  const all = images === null ? '' : ` of ${count(images)}`
  const bad = failed === 0 ? '' : `, ${count(failed)} of which could not be read (the result says why)`
  return `${count(predicted)}${all} images predicted${bad}.`
}

function factsOf(batch: Batch) {
  const { split, format, top, tta, createdAt, endedAt, model, checkpoint } = batch
  return [
    [
      'Model',
      model === null ? (
        <code key="model">{checkpoint}</code>
      ) : (
        <Link key="model" to="/models/$name" params={{ name: model.name }} search={{ version: model.version }}>
          {modelOf(batch)}
        </Link>
      ),
    ],
    ['Images', <DatasetLink key="images" batch={batch} />],
    ['Split', split ?? 'all'],
    ['Result as', format === 'csv' ? 'CSV' : 'JSON lines'],
    ['Classes per image', count(top)],
    ['Averaged over views', tta ? 'yes' : 'no'],
    ['Created', <Time key="created" at={createdAt} />],
    ['Ended', endedAt === null ? '–' : <Time key="ended" at={endedAt} />],
  ] as const
}

function Delete({ batch }: { batch: Batch }) {
  const { id } = batch
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [isOpen, setOpen] = useState(false)
  const remove = async (): Promise<void> => {
    await data(api.DELETE('/v1/predictions/{id}', { params: { path: { id } } }))
    await navigate({ to: '/predictions' })
    await queries.invalidateQueries({ queryKey: ['predictions', 'list'] })
  }
  const verb = isOver(batch) ? 'Delete' : 'Give up'
  return (
    <>
      <Button onClick={() => setOpen(true)}>{verb}…</Button>
      <ConfirmDialog
        title={`${verb} these predictions`}
        confirm={verb}
        danger
        open={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={remove}
      >
        The result is deleted for good. The model and the images stay.
      </ConfirmDialog>
    </>
  )
}
