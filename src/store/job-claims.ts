import { ACTIVE_STATES } from '../service/job-states.ts'
import type { FairShareSettings, Preemption } from '../service/ports/fair-share.ts'
import type { Lineage } from '../service/ports/jobs.ts'
import type { JobClaim, JobClaims, WorkerDevices } from '../service/ports/job-claims.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { Progress } from '../service/resources.ts'
import { namedCheckpoints } from '../job-spec/named-checkpoints.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { TaskKind } from '../job-spec/tasks.ts'
import type { ShortNeeds } from '../service/job-needs.ts'
import { beginAttempt, endAttempt, LOST } from './attempts.ts'
import { claimNext, isSuspended, MAX_DEATHS, poison } from './claiming.ts'
import { grantFor } from './claiming-worker.ts'
import { claimInGang } from './gang-claims.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { settleDatasetDependants } from './job-dependencies.ts'
import { limitReason } from './job-limits.ts'
import { CANCELED, lockJob, move, moveClaimed, type LockedJob } from './job-moves.ts'
import { record } from './job-records.ts'
import { renewLease } from './metering.ts'
import { nextJob } from './next-job.ts'
import { earlierRuns } from './earlier-runs.ts'
import { endOverdueJobs, stopAtLimit } from './overdue-jobs.ts'
import { preempt } from './preemption.ts'
import { continuedCheckpoints } from './submission.ts'
import type { Transaction } from './prisma-types.ts'

/** What tests claim with. */
const ONE_CPU: WorkerDevices = { kind: 'cpu', count: 1 }

const POISON = poison('ran it, with no progress in between', ' It can be retried.')

/** How workers get jobs, keep their leases, and write results. */
export function jobClaims(prisma: PrismaClient, quota: Quota, fair: FairShareSettings): JobClaims {
  return {
    claimJob: (id, leaseMs, worker = ONE_CPU) =>
      prisma.$transaction(async (tx) => {
        const { devices: count } = await grantFor(tx, id, worker)
        return claim(tx, id, { leaseMs, devices: { ...worker, count }, fair })
      }),
    async claimNextJob(leaseMs, worker = ONE_CPU) {
      const together = await claimInGang(prisma, worker, {
        quota,
        leaseMs,
        claim: (tx, id, devices) => claim(tx, id, { leaseMs, devices, fair }),
      })
      if (together !== undefined) return together.claim
      return claimNext(
        prisma,
        (tx) => nextJob(tx, { fair, quota, worker }),
        (tx, { id, devices: count }) => claim(tx, id, { leaseMs, devices: { ...worker, count }, fair }),
      )
    },
    endOverdueJobs: () => endOverdueJobs(prisma, fair),
    settleDependants: () => settleDatasetDependants(prisma),
    preemptJob: () => prisma.$transaction((tx) => preempt(tx, fair, quota)),
    async renewJob(id, token, leaseMs) {
      const row = await renewLease(prisma, { id, token, leaseMs }, fair)
      const isAtLimit = row !== undefined && row.limit !== null && row.wish === null
      if (isAtLimit && (await prisma.$transaction((tx) => stopAtLimit(tx, { id, token, fair }))))
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
    moveJob: (id, token, ...moves) => prisma.$transaction((tx) => moveClaimed(tx, { id, token, fair }, moves)),
  }
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
  tx: Transaction,
  id: string,
  { leaseMs, devices, fair }: ClaimOptions,
): Promise<JobClaim | undefined> {
  const job = await lockJob(tx, id)
  if (job === undefined || !isClaimable(job) || (await isSuspended(tx, job.teamId))) return undefined
  const from = job.state
  if (ACTIVE_STATES.includes(from)) await endAttempt(tx, id, { outcome: 'lost', reason: LOST })
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
    await move(tx, id, { from, to: 'failed', reason: POISON, data: { deaths }, fair })
    return undefined
  }
  await move(tx, id, {
    from,
    fair,
    to: job.wish === 'stop' ? 'stopping' : 'starting',
    data: {
      token: { increment: 1 },
      attempt: { increment: 1 },
      deaths,
      notBefore: null,
      leaseUntil: new Date(job.now.getTime() + leaseMs),
      meteredAt: job.now,
      claimedAt: job.now,
      attemptStep: null,
      preemption: Prisma.DbNull,
      devices: devices.count,
      deviceKind: devices.kind,
      workerId: devices.workerId ?? null,
      reservedBy: null,
      reservedUntil: null,
    },
  })
  const claimed = await claimOf(tx, id)
  await beginAttempt(tx, {
    jobId: id,
    number: claimed.attempt,
    devices,
    accumulationFactor: claimed.accumulationFactor,
    fromStep: claimed.checkpoints.find(({ kind }) => kind === 'last')?.step ?? 0,
    startedAt: job.now,
  })
  return claimed
}

function isClaimable({ state, expired, blocked }: LockedJob): boolean {
  return (state === 'queued' && !blocked) || (ACTIVE_STATES.includes(state) && expired)
}

async function claimOf(tx: Transaction, id: string): Promise<JobClaim> {
  const row = await tx.job.findUniqueOrThrow({
    where: { id },
    omit: { report: true },
    include: {
      dataset: { select: { packedKey: true, datasetId: true, number: true, name: true } },
      // The newest of each kind first, then the one before it.
      checkpoints: { where: { trashId: null }, orderBy: { supersededAt: { sort: 'desc', nulls: 'first' } } },
      artifacts: { where: { trashId: null } },
    },
  })
  const spec = row.spec as unknown as ResolvedSpec
  const named = await tx.checkpoint.findMany({
    where: { id: { in: namedCheckpoints(spec) }, job: { teamId: row.teamId } },
    select: { id: true, blobKey: true, sha256: true },
  })
  const lineage = row.forkOf as Lineage | null
  const kept = [...row.checkpoints, ...(await continuedFrom(tx, lineage, row))]
  return {
    id,
    teamId: row.teamId,
    token: row.token,
    attempt: row.attempt,
    deaths: row.deaths,
    failures: row.failures,
    accumulationFactor: row.accumulationFactor,
    reachedStep: (row.progress as Progress | null)?.step ?? 0,
    specHash: row.specHash,
    datasetId: row.datasetId,
    name: row.name,
    dataset: { id: row.dataset.datasetId, name: row.dataset.name, version: row.dataset.number },
    baselines: await earlierRuns(tx, { id, teamId: row.teamId, datasetId: row.datasetId, parent: lineage?.job }),
    packedKey: row.dataset.packedKey ?? '',
    spec,
    reasons: row.reasons as Record<string, string>,
    named: Object.fromEntries(named.map(({ id: checkpointId, ...file }) => [checkpointId, file])),
    ...(row.pauseAt === null ? {} : { pauseAt: row.pauseAt }),
    kind: row.kind as TaskKind,
    ...(row.task === null ? {} : { task: row.task }),
    stopEarly: row.wish === 'stop',
    ...(lineage?.mode === 'continue' ? { continues: lineage.specHash } : {}),
    devices: row.devices,
    resources: row.resources as ShortNeeds,
    checkpoints: kept.map(({ kind, step, blobKey, sha256 }) => ({ kind, step, blobKey, sha256 })),
    artifacts: row.artifacts.map(({ kind, blobKey }) => ({ kind, blobKey })),
    traceparent: row.traceparent,
  }
}

/** What a run that continues another takes up from there, as long as it has written no `last` itself. */
async function continuedFrom(
  tx: Transaction,
  lineage: Lineage | null,
  { teamId, checkpoints }: { teamId: string; checkpoints: readonly { kind: string }[] },
): Promise<Pick<JobClaim['checkpoints'][number], 'kind' | 'step' | 'blobKey' | 'sha256'>[]> {
  const ids = continuedCheckpoints(lineage)
  if (ids.length === 0) return []
  const from = await tx.checkpoint.findMany({ where: { id: { in: ids }, job: { teamId } } })
  return from.filter(({ kind }) => !checkpoints.some((own) => own.kind === kind))
}
