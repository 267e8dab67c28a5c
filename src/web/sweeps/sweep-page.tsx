import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { SweepInfo } from '../../../clients/typescript/src/types.ts'
import { api, data } from '../api.ts'
import { figure } from '../format.ts'
import { everyMs } from '../queries.ts'
import { isObject, shortText } from '../shared/spec-form/value-paths.ts'
import { StateBadge } from '../ui/badge.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { Page } from '../ui/page.tsx'
import { Progress } from '../ui/progress.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { axesOf, isInside, type Brushes, type Trial } from './axes.ts'
import { FoundPolicy } from './found-policy.tsx'
import { ImportanceCard } from './importance-card.tsx'
import { KIND_NAMES } from './kinds.ts'
import { ParallelChart } from './parallel-chart.tsx'
import { RangeTest } from './range-test.tsx'
import { RungsCard } from './rungs-card.tsx'
import { ScatterCard } from './scatter-card.tsx'
import { SweepActions } from './sweep-actions.tsx'
import './sweep.css'
import { TrialsTable } from './trials-table.tsx'

const route = getRouteApi('/sweeps/$id')
const EVERY_MS = 2000

/** One sweep, as it goes on. */
export function SweepPage() {
  const { id } = route.useParams()
  const sweep = useQuery({
    queryKey: ['sweeps', id],
    queryFn: ({ signal }) => data(api.GET('/v1/sweeps/{id}', { params: { path: { id } }, signal })),
    refetchInterval: everyMs(EVERY_MS, (read) => isObject(read) && read['state'] !== 'running'),
  })
  if (sweep.data !== undefined) return <SweepView sweep={sweep.data} />
  return (
    <Page title="Sweep">
      {sweep.isError ? (
        <ErrorState
          error={sweep.error}
          onRetry={() => void sweep.refetch()}
          action={
            <ButtonLink to="/sweeps" size="small">
              All sweeps
            </ButtonLink>
          }
        />
      ) : (
        <Loading what="Loading the sweep" />
      )}
    </Page>
  )
}

function SweepView({ sweep }: { sweep: SweepInfo }) {
  const { id, name, kind, state, reason, spec, best, objective, space } = sweep
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const trials = useMemo(() => sweep.trials.map(trialOf), [sweep.trials])
  const axes = useMemo(() => axesOf(trials, space, objective.metric), [trials, space, objective.metric])
  const brushes = search.brush ?? {}
  const inside = new Set(trials.filter((trial) => isInside(trial, axes, brushes)).map(({ number }) => number))
  const isSearch = kind === 'grid' || kind === 'random' || kind === 'asha'
  const show = (part: { brush?: Brushes; field?: string }): void =>
    void navigate({ search: { ...search, ...part }, replace: true, resetScroll: false })
  const onBrush = (next: Brushes): void => show({ brush: Object.keys(next).length === 0 ? undefined : next })
  const shared = { axes, trials, best: best?.number ?? null }
  return (
    <Page
      title={name || id}
      above={<Link to="/sweeps">Sweeps</Link>}
      beside={<StateBadge state={state} />}
      actions={<SweepActions sweep={sweep} />}
    >
      {reason !== null && <p className="field-error break">{reason.detail}</p>}
      <Summary sweep={sweep} />
      {kind === 'range-test' && <RangeTest result={sweep.result} />}
      {kind === 'policy-search' && <FoundPolicy sweep={sweep} />}
      {isSearch && axes.length > 1 && (
        <Card title="Parallel coordinates">
          <ParallelChart {...shared} mode={objective.mode} brushes={brushes} onBrush={onBrush} />
        </Card>
      )}
      {isSearch && axes.length > 1 && (
        <div className="columns">
          <ImportanceCard axes={axes} trials={trials} metric={objective.metric} />
          <ScatterCard {...shared} field={search.field} onField={(field) => show({ field })} />
        </div>
      )}
      {sweep.rungs.length > 1 && <RungsCard sweep={sweep} />}
      <Card title={inside.size === trials.length ? 'Trials' : `Trials (${inside.size} of ${trials.length})`}>
        <TrialsTable sweep={sweep} trials={sweep.trials.filter(({ number }) => inside.has(number))} />
      </Card>
      <Card title="Spec of every trial">
        <CodeBlock label="Spec that every trial starts from" code={JSON.stringify(spec, null, 2)} />
        {space !== null && <CodeBlock label="Values that vary" code={JSON.stringify(space, null, 2)} />}
      </Card>
    </Page>
  )
}

const trialOf = ({ number, parameters, value }: SweepInfo['trials'][number]): Trial => ({
  number,
  parameters: isObject(parameters) ? parameters : {},
  value,
})

function Summary({ sweep }: { sweep: SweepInfo }) {
  const { id, kind, dataset, datasetVersion, counts, best, objective, trials, createdAt, endedAt } = sweep
  const trial = trials.find(({ number }) => number === best?.number)
  const values = isObject(trial?.parameters) ? Object.entries(trial.parameters) : []
  return (
    <Card>
      <Progress
        label={`${counts.ended} of ${counts.trials} trials have ended`}
        value={counts.trials === 0 ? 1 : counts.ended / counts.trials}
      />
      <Facts
        facts={[
          ['Trials ended', `${counts.ended} of ${counts.trials}`],
          ['Kind', KIND_NAMES[kind]],
          ['Objective', `${objective.metric}, ${objective.mode === 'max' ? 'the highest' : 'the lowest'}`],
          [
            'Data set',
            <Link key="dataset" to="/datasets/$id" params={{ id: dataset }}>
              {dataset}@{datasetVersion}
            </Link>,
          ],
          ['Submitted', <Time key="created" at={createdAt} />],
          ...(endedAt === null ? [] : [['Ended', <Time key="ended" at={endedAt} />] as const]),
          ['Id', <code key="id">{id}</code>],
        ]}
      />
      {best !== null && (
        <p className="break">
          Best {objective.metric} so far: <b>{figure(best.value)}</b>, of{' '}
          <Link to="/jobs/$id" params={{ id: best.job }}>
            trial {best.number}
          </Link>
          {values.length > 0 &&
            ` with ${values.map(([pointer, value]) => `${pointer.slice(1)} ${shortText(value)}`).join(', ')}`}
          .
        </p>
      )}
    </Card>
  )
}
