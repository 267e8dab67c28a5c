import { useQuery } from '@tanstack/react-query'
import { api, data } from '../api.ts'
import { bytes, count, counted, duration } from '../format.ts'
import { Facts } from '../ui/card.tsx'
import { ErrorState } from '../ui/states.tsx'
import './outcome.css'
import type { Check, Checked } from './use-check.ts'

/** What the service says of the spec as it is: what is probably not meant, how long it takes, and what it would wait for. */
export function Outcome({ check, trials }: { check: Check; trials?: { count: number; budgets: number } | undefined }) {
  const { checked, problem } = check
  if (problem !== undefined)
    return problem.errors.length === 0 ? (
      <ErrorState error={problem} />
    ) : (
      <p className="outcome-problem" role="alert">
        {counted(problem.errors.length, 'mistake')}: see the marked fields, and the list below the JSON.
      </p>
    )
  if (checked === undefined) return <p className="faint">Choose a data set to see what a job would be.</p>
  const { warnings, waitingFor, estimate } = checked
  return (
    <div className="stack tight">
      {warnings.length > 0 && (
        <div className="outcome-warnings" role="status">
          <h3>{counted(warnings.length, 'warning')}</h3>
          <ul>
            {warnings.map(({ pointer, detail }) => (
              <li key={`${pointer} ${detail}`}>
                <code>{pointer}</code> {detail}
              </li>
            ))}
          </ul>
        </div>
      )}
      {waitingFor !== null && (
        <p className="outcome-warnings" role="status">
          {waitingFor.detail}
        </p>
      )}
      <Facts facts={factsOf(estimate, trials)} />
      <p className="faint small">{basisOf(estimate)}</p>
    </div>
  )
}

type Estimate = Checked['estimate']

function factsOf(estimate: Estimate, trials: { count: number; budgets: number } | undefined): [string, string][] {
  const { totalSteps, stepsPerEpoch, images, seconds, deviceHours } = estimate
  const budgets = trials?.budgets ?? 1
  return [
    ...(trials === undefined ? [] : [['Trials', count(trials.count)] as [string, string]]),
    [
      trials === undefined ? 'Time' : 'Time on one device, in all',
      seconds === null ? 'unknown' : `about ${duration(seconds * budgets)}`,
    ],
    ...(deviceHours === null ? [] : [['Device hours', (deviceHours * budgets).toPrecision(2)] as [string, string]]),
    [trials === undefined ? 'Steps' : 'Steps of a trial', totalSteps === null ? 'by the clock' : count(totalSteps)],
    ['Steps per epoch', count(stepsPerEpoch)],
    ...(images === null ? [] : [['Images seen', count(images)] as [string, string]]),
  ]
}

const basisOf = ({ basis, detail }: Estimate): string =>
  basis === null
    ? detail
    : `From ${counted(basis.runs, 'similar run')} of the team on ${basis.deviceKind}: ${count(Math.round(basis.imagesPerSecond))} images per second.`

/** What the team has left of its quota, where it has one. */
export function QuotaLine() {
  const quota = useQuery({
    queryKey: ['team', 'quota'],
    queryFn: ({ signal }) => data(api.GET('/v1/team/quota', { signal })),
  })
  if (quota.data === undefined) return null
  const { queuedJobs, runningJobs, deviceHours, bytes: storage } = quota.data
  const parts = [
    shareOf(queuedJobs, 'queued jobs'),
    shareOf(runningJobs, 'running jobs'),
    shareOf(deviceHours, 'device hours', (value) => String(Number(value.toPrecision(3)))),
    shareOf(storage, 'storage', bytes),
  ].filter((part) => part !== undefined)
  if (parts.length === 0) return null
  return <p className="faint small">Quota of the team: {parts.join('; ')}.</p>
}

interface Used {
  limit: number | null
  used: number | null
}

const shareOf = ({ limit, used }: Used, noun: string, text: (value: number) => string = count): string | undefined =>
  limit === null ? undefined : `${text(used ?? 0)} of ${text(limit)} ${noun}`
