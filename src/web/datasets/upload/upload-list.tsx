import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import { api, data } from '../../api.ts'
import { bytes } from '../../format.ts'
import { useTeam } from '../../shared/use-team.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { useToast } from '../../ui/toast.tsx'
import { mayResume, transfers, type Transfer } from './uploads.ts'

/** What is being sent from here, and what was begun and never became a data set. */
export function UploadList() {
  const running = useSyncExternalStore(transfers.subscribe, transfers.current)
  return (
    <>
      {running.length > 0 && (
        <ul className="plain stack tight" aria-label="Uploads of this tab">
          {running.map((transfer) => (
            <TransferRow key={transfer.id} transfer={transfer} />
          ))}
        </ul>
      )}
      <Unfinished known={new Set(running.flatMap(({ upload }) => upload ?? []))} />
    </>
  )
}

const STATES = { sending: 'sending', paused: 'paused', failed: 'failed', done: 'sent' } as const
const TONES = { sending: 'active', paused: 'second', failed: 'bad', done: 'good' } as const

function TransferRow({ transfer }: { transfer: Transfer }) {
  const { id, name, state, sentBytes, sizeBytes, error, dataset } = transfer
  const { session, team } = useTeam()
  const isElsewhere = transfer.team !== team?.id
  const queries = useQueryClient()
  const toast = useToast()
  const done = (): void => void queries.invalidateQueries({ queryKey: ['datasets'] })
  const cancel = (): void => void transfers.cancel(id).catch(toast.error)
  return (
    <li className="stack tight">
      <div className="row">
        <strong className="break">{name}</strong>
        <Badge tone={TONES[state]}>{STATES[state]}</Badge>
        <span className="faint small">
          {bytes(Math.min(sentBytes, sizeBytes))} of {bytes(sizeBytes)}
          {isElsewhere && `, for ${session?.teams.find((one) => one.id === transfer.team)?.name ?? 'another team'}`}
        </span>
        {state === 'sending' && (
          <Button size="small" onClick={() => transfers.pause(id)}>
            Pause
          </Button>
        )}
        {mayResume(transfer) && (
          <Button size="small" onClick={() => transfers.resume(id, done)}>
            Resume
          </Button>
        )}
        {dataset !== undefined && !isElsewhere && (
          <Link to="/datasets/$id" params={{ id: dataset }}>
            Open the data set
          </Link>
        )}
        <Button size="small" onClick={cancel} aria-label={state === 'done' ? `Hide ${name}` : `Cancel ${name}`}>
          {state === 'done' ? 'Hide' : 'Cancel'}
        </Button>
      </div>
      {state !== 'done' && (
        <Progress label={`Upload of ${name}`} value={sizeBytes === 0 ? null : sentBytes / sizeBytes} />
      )}
      {error !== undefined && <ErrorState error={error} />}
    </li>
  )
}

/** Begun in another tab, by a command, or before the page was reloaded. */
function Unfinished({ known }: { known: ReadonlySet<string> }) {
  const queries = useQueryClient()
  const toast = useToast()
  const uploads = useQuery({
    queryKey: ['uploads'],
    queryFn: ({ signal }) => data(api.GET('/v1/uploads', { params: { query: { limit: 50 } }, signal })),
  })
  const left = uploads.data?.data.filter(({ id }) => !known.has(id)) ?? []
  if (left.length === 0) return null
  const remove = async (id: string): Promise<void> => {
    await data(api.DELETE('/v1/uploads/{id}', { params: { path: { id } } }))
    await queries.invalidateQueries({ queryKey: ['uploads'] })
  }
  const make = async (id: string, name: string): Promise<void> => {
    await data(api.POST('/v1/datasets', { body: { upload: id, name } }))
    await queries.invalidateQueries({ queryKey: ['uploads'] })
    await queries.invalidateQueries({ queryKey: ['datasets'] })
  }
  return (
    <section className="stack tight" aria-label="Unfinished uploads">
      <h3>Unfinished uploads</h3>
      <p className="faint small">
        Choose the same files again to resume one where it stopped. What is left alone is removed in time.
      </p>
      <ul className="plain stack tight">
        {left.map(({ id, metadata, offset, sizeBytes, expiresAt }) => {
          const name = metadata?.['filename'] ?? id
          return (
            <li key={id} className="row">
              <span className="break">{name}</span>
              <span className="faint small">
                {bytes(offset)} of {sizeBytes === null ? 'an unknown size' : bytes(sizeBytes)}, kept until{' '}
                <Time at={expiresAt} />
              </span>
              {offset === sizeBytes && (
                <Button size="small" onClick={() => void make(id, name).catch(toast.error)}>
                  Make a data set of it
                </Button>
              )}
              <Button size="small" aria-label={`Remove ${name}`} onClick={() => void remove(id).catch(toast.error)}>
                Remove
              </Button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
