import { blockedDetail, quotaThatHolds, reason } from './explanation.ts'
import { meanShare, turns } from './expected-start.ts'
import { needsOf } from './job-needs.ts'
import type { PageRequest } from './ports/caller.ts'
import type { JobStore } from './ports/jobs.ts'
import type { JobsOnPage, QueueTeam, WaitingJob, WholeQueue } from './ports/whole-queue.ts'
import type { WorkerStore } from './ports/workers.ts'
import type { QueuedJob, QueuePage, WaitsOn } from './scheduling-resources.ts'
import { withinTeam } from './team-scope.ts'
import { waitingFor } from './waiting-for.ts'

/** Turns that are played through; jobs that are later than those are listed by their age. */
const MAX_TURNS = 5000

type QueueDependencies = WholeQueue & Pick<JobStore, 'openDependencies'> & Pick<WorkerStore, 'candidates'>

interface PlannedTurn {
  rank: number
  seconds: number
}

/** The jobs that wait, of every team, in the order in which they are expected to be claimed, and why each waits. */
export function wholeQueueService({ store }: { store: QueueDependencies }) {
  return {
    async wholeQueue(page: PageRequest): Promise<QueuePage> {
      const planned = new Map<string, PlannedTurn>()
      const queue = await store.wholeQueue(page, (teams, bounds) => chosen(teams, bounds, planned))
      const { waiting, now, nextCursor } = queue
      const teams = new Map(queue.teams.map((team) => [team.id, team]))
      const mean = queue.teams.length === 0 ? 0 : meanShare(queue.teams)
      const jobs = queue.jobs.flatMap((job) => {
        const team = teams.get(job.team)
        return team === undefined ? [] : [{ job, team, turn: planned.get(key(job.team, job.place)), mean, now }]
      })
      jobs.sort((a, b) => (a.turn?.rank ?? Infinity) - (b.turn?.rank ?? Infinity) || byAge(a.job, b.job))
      return { data: await Promise.all(jobs.map((facts) => entry(store, facts))), nextCursor, waiting }
    },
  }
}

const key = (team: string, place: number | null): string => `${team} ${place}`
const byAge = (a: WaitingJob, b: WaitingJob): number =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1)

/** The jobs of a page: whose turn is on it, which is noted in `planned`, and behind all turns those that have none. */
function chosen(
  teams: readonly QueueTeam[],
  { skip, limit }: { skip: number; limit: number },
  planned: Map<string, PlannedTurn>,
): JobsOnPage {
  const places: { team: string; place: number }[] = []
  const withTurn: Record<string, number> = {}
  let count = 0
  for (const { team, rank, seconds } of turns(teams)) {
    if (rank > MAX_TURNS) break
    const place = withTurn[team.id] ?? 0
    withTurn[team.id] = place + 1
    count = rank
    if (rank <= skip || rank > skip + limit) continue
    places.push({ team: team.id, place })
    planned.set(key(team.id, place), { rank, seconds })
  }
  return { places, withTurn, others: { skip: Math.max(0, skip - count), limit: limit - places.length } }
}

interface JobFacts {
  job: WaitingJob
  team: QueueTeam
  turn: PlannedTurn | undefined
  /** Share of all teams. */
  mean: number
  now: Date
}

async function entry(store: QueueDependencies, facts: JobFacts): Promise<QueuedJob> {
  const { job, team, turn, mean, now } = facts
  const { seconds, weight } = team
  return {
    job: job.id,
    name: job.name,
    team: { id: team.id, name: team.name },
    rank: turn?.rank ?? null,
    priority: job.priority,
    createdAt: job.createdAt.toISOString(),
    waitedSeconds: job.waitedSeconds,
    resources: needsOf(job.resources),
    share: { own: seconds / weight, mean, weight },
    ...(await why(store, facts)),
    expectedStart:
      turn === undefined
        ? null
        : { at: new Date(now.getTime() + 1000 * turn.seconds).toISOString(), seconds: turn.seconds },
  }
}

/** The same as the team itself is told. */
async function why(
  store: QueueDependencies,
  { job, team, turn, mean, now }: JobFacts,
): Promise<{ waitsOn: WaitsOn; detail: string }> {
  if (team.suspended)
    return { waitsOn: 'suspension', detail: 'The team is suspended: the job waits until an operator ends that.' }
  if (job.blocked) {
    // Awaited within: a query begins when somebody waits for it.
    const waitsFor = await withinTeam(team.id, async () => await store.openDependencies(job.id))
    return { waitsOn: 'dependency', detail: blockedDetail(waitsFor) }
  }
  const missing = job.served ? null : await waitingFor(store, needsOf(job.resources))
  if (missing !== null) return { waitsOn: 'worker', detail: missing.detail }
  const ahead = job.place ?? 0
  const others = turn === undefined ? null : Math.max(0, turn.rank - 1 - ahead)
  const { notBeforeSeconds: notBefore } = job
  const detail = reason({ share: team.seconds / team.weight, mean, ahead, others, notBefore })
  if (notBefore > 0) return { waitsOn: 'retry', detail }
  const limit = quotaThatHolds(team, now)
  return limit === undefined ? { waitsOn: 'turn', detail } : { waitsOn: 'quota', detail: limit.detail }
}
