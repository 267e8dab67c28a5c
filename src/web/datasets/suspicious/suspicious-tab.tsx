import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { components } from '../../../../clients/typescript/src/schema.ts'
import { api, data } from '../../api.ts'
import { counted } from '../../format.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { SelectField } from '../../ui/field.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { EmptyState, ErrorState, Loading } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { pageAfter, type Dataset } from '../dataset-queries.ts'
import { SuggestionCard } from './suggestion-card.tsx'

const route = getRouteApi('/datasets/$id')
const KINDS = [
  { value: '', label: 'of any kind' },
  { value: 'label', label: 'likely label errors' },
  { value: 'outlier', label: 'outliers' },
]
type Kind = 'label' | 'outlier'
const kindOf = (value: string): Kind | undefined => (value === 'label' || value === 'outlier' ? value : undefined)
const first: string | undefined = undefined

/** What trained models suggest to look at: one chooses the job that judged. */
export function SuspiciousTab({ dataset }: { dataset: Dataset }) {
  const { id } = dataset
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const jobs = useQuery({
    queryKey: ['jobs', 'of-dataset', id, 'succeeded'],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/jobs', { params: { query: { dataset: id, state: 'succeeded', limit: 100 } }, signal })),
  })
  if (jobs.data === undefined)
    return jobs.isError ? <ErrorState error={jobs.error} onRetry={() => void jobs.refetch()} /> : <Loading />
  const able = jobs.data.data.filter(({ kind }) => kind === 'fit')
  const job = search.job ?? able[0]?.id
  if (job === undefined)
    return (
      <EmptyState
        title="No job has been trained on this data set yet."
        action={
          <Link to="/new-job" search={{ dataset: id }}>
            Train on this
          </Link>
        }
      >
        When training ends, the model names validation and test images whose class is probably wrong, and images unlike
        all others.
      </EmptyState>
    )
  return (
    <div className="stack">
      <div className="row">
        <SelectField
          label="Found by the job"
          options={able.map((one) => ({ value: one.id, label: `${one.name} (version ${one.datasetVersion})` }))}
          value={job}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, job: value }), replace: true })}
        />
        <Link to="/jobs/$id" params={{ id: job }}>
          Open the job
        </Link>
      </div>
      <Suggestions key={job} dataset={dataset} job={job} />
    </div>
  )
}

function Suggestions({ dataset, job }: { dataset: Dataset; job: string }) {
  const [kind, setKind] = useState<Kind>()
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const found = useInfiniteQuery({
    queryKey: ['jobs', job, 'suggestions', kind],
    queryFn: ({ pageParam, signal }) => {
      const ofKind = kind === undefined ? {} : { kind }
      const query = pageAfter({ limit: 60, ...ofKind }, pageParam)
      return data(api.GET('/v1/jobs/{id}/suggestions', { params: { path: { id: job }, query }, signal }))
    },
    initialPageParam: first,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  if (found.data === undefined)
    return found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : <Loading />
  const [page] = found.data.pages
  const rows = found.data.pages.flatMap(({ data: list }) => list)
  const choose = (number: number, isChosen: boolean): void => {
    const next = new Set(chosen)
    if (isChosen) next.add(number)
    else next.delete(number)
    setChosen(next)
  }
  return (
    <div className="stack">
      {page !== undefined && <Covered page={page} />}
      <div className="row">
        <SelectField
          label="Show suggestions"
          options={KINDS}
          value={kind ?? ''}
          onChange={(value) => setKind(kindOf(value))}
        />
      </div>
      {rows.length === 0 && <EmptyState title="The job found nothing suspicious." />}
      {dataset.sharedBy === null && rows.length > 0 && (
        <Accept
          dataset={dataset}
          job={job}
          chosen={chosen}
          onAll={() => setChosen(new Set(rows.map(({ number }) => number)))}
          onNone={() => setChosen(new Set())}
        />
      )}
      <ul className="plain suggestions" aria-label="Suggestions">
        {rows.map((suggestion) => (
          <li key={suggestion.number}>
            <SuggestionCard
              suggestion={suggestion}
              isChosen={chosen.has(suggestion.number)}
              onChoose={dataset.sharedBy === null ? (isChosen) => choose(suggestion.number, isChosen) : undefined}
            />
          </li>
        ))}
      </ul>
      <LoadMore query={found} shown={rows.length} noun="suggestions" />
    </div>
  )
}

type SuggestionsPage = components['schemas']['ListSuggestionsResponse']

function Covered({ page: { found, covers, notes } }: { page: Pick<SuggestionsPage, 'found' | 'covers' | 'notes'> }) {
  return (
    <>
      <p>
        {counted(found.label, 'likely label error')} and {counted(found.outlier, 'outlier')} among{' '}
        {counted(covers.val, 'validation image')} and {counted(covers.test, 'test image')}. Training images are not
        judged: the model has learned their labels.
      </p>
      {notes.map((note) => (
        <p key={note} className="faint">
          {note}
        </p>
      ))}
    </>
  )
}

interface AcceptProps {
  dataset: Dataset
  job: string
  chosen: ReadonlySet<number>
  onAll: () => void
  onNone: () => void
}

function Accept({ dataset: { id }, job, chosen, onAll, onNone }: AcceptProps) {
  const queries = useQueryClient()
  const navigate = route.useNavigate()
  const toast = useToast()
  const accept = useMutation({
    mutationFn: () =>
      data(
        api.POST('/v1/jobs/{id}/suggestions/accept', { params: { path: { id: job } }, body: { numbers: [...chosen] } }),
      ),
    onSuccess: async ({ version }) => {
      toast.done(`Version ${version} is being made.`)
      await queries.invalidateQueries({ queryKey: ['datasets', id] })
      await navigate({ search: { tab: 'versions' } })
    },
  })
  return (
    <Card>
      <div className="row">
        <Button size="small" onClick={onAll}>
          Choose all that are shown
        </Button>
        <Button size="small" onClick={onNone}>
          Choose none
        </Button>
        <span role="status">{counted(chosen.size, 'suggestion')} chosen</span>
        <Button kind="primary" disabled={chosen.size === 0} busy={accept.isPending} onClick={() => accept.mutate()}>
          Accept: make a version
        </Button>
      </div>
      <p className="faint small">Label errors get the suggested class, and outliers are left out.</p>
      {accept.isError && <ErrorState error={accept.error} />}
    </Card>
  )
}
