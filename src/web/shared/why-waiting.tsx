import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { count, counted, duration, figure } from '../format.ts'
import { everyMs } from '../queries.ts'
import { Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { jobName } from './jobs.ts'

type Explanation = components['schemas']['Explanation']
const EVERY_MS = 5000

interface WhyDialogProps {
  job: { id: string; name: string }
  open: boolean
  onClose: () => void
}

/** Why a job waits, read again while it is looked at. */
export function WhyDialog({ job, open, onClose }: WhyDialogProps) {
  return (
    <Dialog title={`Why ${jobName(job)} waits`} open={open} onClose={onClose}>
      {open && <WhyWaiting id={job.id} />}
    </Dialog>
  )
}

function WhyWaiting({ id }: { id: string }) {
  const why = useQuery({
    queryKey: ['jobs', id, 'explain'],
    queryFn: ({ signal }) => data(api.GET('/v1/jobs/{id}/explain', { params: { path: { id } }, signal })),
    refetchInterval: everyMs(EVERY_MS),
  })
  if (why.data === undefined)
    return why.isError ? <ErrorState error={why.error} onRetry={() => void why.refetch()} /> : <Loading />
  return <Why explanation={why.data} />
}

function Why({ explanation }: { explanation: Explanation }) {
  const { detail, waitsFor, ahead } = explanation
  const others = ahead?.others ?? null
  return (
    <div className="stack tight">
      <p>{detail}</p>
      <Facts facts={factsOf(explanation)} />
      {waitsFor.length > 0 && (
        <>
          <h3>It runs after</h3>
          <ul className="plain">
            {waitsFor.map(({ id, state }) => (
              <li key={id}>
                <After id={id} /> <span className="faint">{state ?? 'deleted'}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {ahead !== null && ahead.ownJobs.length > 0 && (
        <>
          <h3>Jobs of your team ahead of it</h3>
          <ul className="plain">
            {ahead.ownJobs.map((id) => (
              <li key={id}>
                <After id={id} />
              </li>
            ))}
          </ul>
          {ahead.own > ahead.ownJobs.length && (
            <p className="faint">and {count(ahead.own - ahead.ownJobs.length)} more</p>
          )}
        </>
      )}
      {others !== null && others > 0 && <p className="faint">{counted(others, 'job')} of other teams before it.</p>}
    </div>
  )
}

const After = ({ id }: { id: string }) =>
  id.startsWith('ds_') ? (
    <Link to="/datasets/$id" params={{ id }}>
      {id}
    </Link>
  ) : (
    <Link to="/jobs/$id" params={{ id }}>
      {id}
    </Link>
  )

function factsOf({ rank, expectedStart, share, quota, waitingFor }: Explanation) {
  return [
    ...(rank === null ? [] : [['Place in the queue', count(rank)] as const]),
    ...(expectedStart === null
      ? []
      : ([['Expected to start', `in about ${duration(Math.max(1, expectedStart.seconds))}`]] as const)),
    ...(share === null
      ? []
      : ([['Share used by the team', `${figure(share.own)} (mean of all: ${figure(share.mean)})`]] as const)),
    ...(quota === null
      ? []
      : ([
          [
            'Quota',
            <span key="quota">
              {quota.name}
              {quota.freesAt !== null && (
                <>
                  , free again <Time at={quota.freesAt} />
                </>
              )}
            </span>,
          ],
        ] as const)),
    ...(waitingFor === null ? [] : ([['Registered workers', count(waitingFor.workers)]] as const)),
  ]
}
