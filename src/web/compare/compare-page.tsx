import { useQueries } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { CurveLook } from '../shared/curve-look.ts'
import { jobName, jobQuery, type Job } from '../shared/jobs.ts'
import { Page } from '../ui/page.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import './compare.css'
import { ComparedCurves } from './compared-curves.tsx'
import { ComparedRuns } from './compared-runs.tsx'
import { ComparedSpecs } from './compared-specs.tsx'
import { PairedTest } from './paired-test.tsx'
import { RunChoice } from './run-choice.tsx'
import { chosenJobs } from './search.ts'

const route = getRouteApi('/compare')

/** Runs next to each other: their curves, final metrics and specs; two of them image by image. */
export function ComparePage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const ids = chosenJobs(search)
  const jobs = useQueries({ queries: ids.map((id) => jobQuery(id)) })
  const found = jobs.flatMap(({ data }) => data ?? [])
  const choose = (chosen: readonly string[]): void =>
    void navigate({ search: (before) => ({ ...before, jobs: chosen.join(',') || undefined }), resetScroll: false })
  const look = (next: CurveLook & { metrics?: string }): void =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false })
  return (
    <Page title="Compare runs" tabTitle={tabTitle(found)}>
      <RunChoice ids={ids} jobs={found} onChange={choose} />
      {jobs.map(
        ({ error, refetch, data }, i) =>
          error !== null &&
          data === undefined && (
            <MissingRun
              key={ids[i]}
              id={ids[i] ?? ''}
              error={error}
              onRetry={() => void refetch()}
              onRemove={() => choose(ids.filter((id) => id !== ids[i]))}
            />
          ),
      )}
      {ids.length === 0 && (
        <EmptyState title="No run is chosen.">Choose two or more above, or in the list of jobs.</EmptyState>
      )}
      {jobs.some(({ isPending }) => isPending) && <Loading what="Loading the runs" />}
      {found.length > 0 && (
        <>
          <ComparedRuns jobs={found} onRemove={(id) => choose(ids.filter((each) => each !== id))} />
          <ComparedCurves jobs={found} look={search} onChange={look} />
          <ComparedSpecs jobs={found} />
          <PairedTest jobs={found} />
        </>
      )}
    </Page>
  )
}

const tabTitle = (jobs: readonly Job[]): string =>
  jobs.length === 0 ? 'Compare runs' : `Compare ${jobs.map(jobName).join(', ')}`

interface MissingRunProps {
  id: string
  error: unknown
  onRetry: () => void
  onRemove: () => void
}

function MissingRun({ id, error, onRetry, onRemove }: MissingRunProps) {
  return (
    <div className="stack tight">
      <ErrorState
        error={error}
        onRetry={onRetry}
        action={
          <button type="button" className="button plain small" onClick={onRemove}>
            Leave out {id}
          </button>
        }
      />
    </div>
  )
}
