import { ACTIVE_STATES } from '../service/job-states.ts'
import type { FairShareSettings, Preemption } from '../service/ports/fair-share.ts'
import type { JobClaim, JobClaims, WorkerDevices } from '../service/ports/job-claims.ts'
import type { Quota } from '../service/ports/teams.ts'
import { endedAttempt, LOST } from './attempts.ts'
import { claimOf, claiming, type ClaimedRow } from './claim-statement.ts'
import { isSuspended, MAX_DEATHS, poison } from './claiming.ts'
import { grantFor } from './claiming-worker.ts'
import type { Direct } from './direct.ts'
import { claimInGang } from './gang-claims.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { settleDatasetDependants } from './job-dependencies.ts'
import { LIMIT_REACHED, limitReason } from './job-limits.ts'
import { CANCELED, lockJob, moveClaimed, type LockedJob } from './job-moves.ts'
import { record } from './job-records.ts'
import { move } from './job-state.ts'
import { renewLease } from './metering.ts'
import { afterClaims, choosing, isAnyClaimable, nextJob } from './next-job.ts'
import { endOverdueJobs, stopAtLimit } from './overdue-jobs.ts'
import { preempt } from './preemption.ts'
import type { Statements } from './prisma-types.ts'
import { DEVICES_NEEDED } from './serving.ts'
import type { TransactionLimits } from './transaction-limits.ts'

/** What tests claim with. */
const ONE_CPU: WorkerDevices = { kind: 'cpu', count: 1 }

const POISON = poison('ran it, with no progress in between', ' It can be retried.')

export interface ClaimSettings {
  quota: Quota
  fair: FairShareSettings
  limits: TransactionLimits
}

/** How workers get jobs, keep their leases, and write results. */
export function jobClaims(prisma: PrismaClient, direct: Direct, settings: ClaimSettings): JobClaims {
  const { quota, fair, limits } = settings
  let foundLast = false
  const statementFor = lastOf((leaseMs: number, worker: WorkerDevices) => claimChosen({ leaseMs, worker, ...settings }))
  return {
    claimJob: (id, leaseMs, worker = ONE_CPU) =>
      direct.transaction(async (tx) => {
        const { devices: count } = await grantFor(tx, id, worker)
        return claim(tx, id, { leaseMs, devices: { ...worker, count }, fair })
      }),
    async claimNextJob(leaseMs, worker = ONE_CPU) {
      const together = await claimInGang(direct, worker, {
        quota,
        limits,
        leaseMs,
        claim: (tx, id, devices) => claim(tx, id, { leaseMs, devices, fair }),
      })
      if (together !== undefined) return together.claim
      // An idle worker looks once a second, and so waits for nobody where there is nothing.
      if (!foundLast && !(await isAnyClaimable(direct, worker))) return undefined
      const claimed = await claimNextJob(direct, { leaseMs, worker, ...settings }, statementFor(leaseMs, worker))
      foundLast = claimed !== undefined
      return claimed
    },
    endOverdueJobs: () => endOverdueJobs(prisma, fair),
    settleDependants: () => settleDatasetDependants(prisma),
    preemptJob: () => direct.transaction((tx) => preempt(tx, settings)),
    async renewJob(id, token, leaseMs) {
      const row = await renewLease(direct, { id, token, leaseMs }, fair)
      const isAtLimit = row !== undefined && row.limit !== null && row.wish === null
      if (isAtLimit && (await direct.transaction((tx) => stopAtLimit(tx, { id, token, fair }))))
        return { held: true, requestedAction: 'stop' }
      const preemption = row?.preemption ?? undefined
      const wish = row?.wish ?? (row?.state === 'pausing' ? 'pause' : undefined)
      return {
        held: row !== undefined,
        ...(wish === undefined ? {} : { requestedAction: wish as 'cancel' | 'pause' | 'stop' }),
        ...(preemption === undefined ? {} : { preemption: publicPreemption(preemption) }),
      }
    },
    recordJob: (id, token, added) => prisma.$transaction((tx) => record(tx, { id, token }, added)),
    moveJob: (id, token, ...moves) => direct.transaction((tx) => moveClaimed(tx, { id, token, fair }, moves)),
  }
}

interface NextClaim extends ClaimSettings {
  leaseMs: number
  worker: WorkerDevices
}

/**
 * Claims what is next: nearly always with one statement. What is chosen and is not simply queued, as of a worker that died, or on fewer
 * devices than it needs, is looked at in a transaction; work that was ended there in place of being claimed makes room for the one after it.
 */
async function claimNextJob(direct: Direct, next: NextClaim, statement: Prisma.Sql): Promise<JobClaim | undefined> {
  const { leaseMs, worker, fair } = next
  const first = afterClaims(next.limits)
  for (;;) {
    const [chosen] = await direct.after<Chosen[]>(first, statement)
    if (chosen === undefined) return undefined
    if (chosen.claimed !== null) return claimOf(direct, chosen.claimed)
    const looked = await direct.transaction(async (tx) => {
      const found = await nextJob(tx, next)
      if (found === undefined) return undefined
      return { claim: await claim(tx, found.id, { leaseMs, devices: { ...worker, count: found.devices }, fair }) }
    })
    if (looked === undefined || looked.claim !== undefined) return looked?.claim
  }
}

/** Keeps what was made last, for a worker whose free devices are the same as before. */
function lastOf<Input extends unknown[], T>(make: (...input: Input) => T): (...input: Input) => T {
  let last: { key: string; made: T } | undefined
  return (...input) => {
    const key = JSON.stringify(input)
    if (last?.key !== key) last = { key, made: make(...input) }
    return last.made
  }
}

interface Chosen {
  claimed: ClaimedRow | null
}

/** Chooses the next job, and claims it where that is all that is to be done. */
const claimChosen = ({ leaseMs, worker, quota, fair }: NextClaim): Prisma.Sql => {
  const change = { from: 'queued', to: 'starting', fair } as const
  const isSimple = Prisma.sql`
    NOT "blocked" AND "wish" IS NULL AND "deaths" < ${MAX_DEATHS} AND ${LIMIT_REACHED} IS NULL
    AND "resources"->>'elastic' IS NULL AND ${DEVICES_NEEDED} <= (SELECT "free" FROM chosen)`
  return Prisma.sql`
    WITH RECURSIVE ${choosing(fair, quota, worker)},
    ${claiming(Prisma.sql`(SELECT "id" FROM chosen)`, { leaseMs, worker, devices: DEVICES_NEEDED, change }, isSimple)}
    SELECT to_jsonb(claimed) AS "claimed" FROM chosen LEFT JOIN claimed ON true`
}

/** Without the team that waits, which the other is not told. */
const publicPreemption = ({ share, waitingShare, waitedSeconds }: Preemption): Preemption => ({
  share,
  waitingShare,
  waitedSeconds,
})

interface ClaimOptions {
  leaseMs: number
  /** Those that the job gets. */
  devices: WorkerDevices
  fair: FairShareSettings
}

async function claim(
  tx: Statements,
  id: string,
  { leaseMs, devices, fair }: ClaimOptions,
): Promise<JobClaim | undefined> {
  const job = await lockJob(tx, id)
  if (job === undefined || !isClaimable(job) || (await isSuspended(tx, job.teamId))) return undefined
  const from = job.state
  if (ACTIVE_STATES.includes(from)) await tx.$executeRaw(endedAttempt(id, { outcome: 'lost', reason: LOST }))
  if (job.wish === 'cancel') {
    await move(tx, id, { from, to: 'canceled', reason: CANCELED, fair })
    return undefined
  }
  if (job.limit !== null && job.wish === null) {
    await move(tx, id, { from, to: 'failed', reason: limitReason(job.limit, job), fair })
    return undefined
  }
  if (from === 'pausing') {
    await move(tx, id, { from, to: 'paused', fair })
    return undefined
  }
  const deaths = ACTIVE_STATES.includes(from) ? job.deaths + 1 : job.deaths
  if (deaths >= MAX_DEATHS) {
    await move(tx, id, { from, to: 'failed', reason: POISON, changes: { deaths }, fair })
    return undefined
  }
  const change = { from, to: job.wish === 'stop' ? 'stopping' : 'starting', fair, changes: { deaths } } as const
  const [row] = await tx.$queryRaw<ClaimedRow[]>`
    WITH ${claiming(Prisma.sql`${id}`, { leaseMs, worker: devices, devices: devices.count, change })} SELECT * FROM claimed`
  return row === undefined ? undefined : claimOf(tx, row)
}

function isClaimable({ state, expired, blocked }: LockedJob): boolean {
  return (state === 'queued' && !blocked) || (ACTIVE_STATES.includes(state) && expired)
}
