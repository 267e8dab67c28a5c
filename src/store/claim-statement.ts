import { namedCheckpoints } from '../job-spec/named-checkpoints.ts'
import { orderedSpec } from '../job-spec/ordered-spec.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { TaskKind } from '../job-spec/tasks.ts'
import type { Lineage } from '../service/ports/jobs.ts'
import type { EarlierRun, JobClaim, WorkerDevices } from '../service/ports/job-claims.ts'
import type { Progress } from '../service/resources.ts'
import { fromNow, NOW } from './clock.ts'
import { parentRun, previousRun } from './earlier-runs.ts'
import { Prisma } from './generated/client.ts'
import { stateChange, type StateChange } from './job-state.ts'
import type { Statements } from './prisma-types.ts'
import { continuedCheckpoints } from './submission.ts'

type StoredCheckpoint = JobClaim['checkpoints'][number]

/** A claimed job, as the statement below returns it. */
export interface ClaimedRow extends Pick<
  JobClaim,
  | 'id'
  | 'teamId'
  | 'token'
  | 'attempt'
  | 'deaths'
  | 'failures'
  | 'accumulationFactor'
  | 'specHash'
  | 'datasetId'
  | 'name'
  | 'spec'
  | 'reasons'
  | 'dataset'
  | 'packedKey'
  | 'devices'
  | 'resources'
  | 'checkpoints'
  | 'artifacts'
  | 'traceparent'
> {
  progress: Progress | null
  pauseAt: number | null
  kind: TaskKind
  task: unknown
  wish: string | null
  forkOf: Lineage | null
  previous: EarlierRun | null
}

interface Claiming {
  leaseMs: number
  worker: WorkerDevices
  /** How many of the worker's devices it gets. */
  devices: Prisma.Sql | number
  change: Pick<StateChange, 'from' | 'to' | 'fair' | 'changes'>
}

/** Parts of a statement that begin an attempt of a job, if its state is still the same. "claimed" is what its worker gets. */
export const claiming = (
  id: Prisma.Sql,
  { leaseMs, worker, devices, change }: Claiming,
  where?: Prisma.Sql,
): Prisma.Sql => Prisma.sql`
  ${stateChange(
    id,
    {
      ...change,
      changes: {
        token: Prisma.sql`"token" + 1`,
        attempt: Prisma.sql`"attempt" + 1`,
        notBefore: null,
        leaseUntil: fromNow(leaseMs),
        meteredAt: NOW,
        claimedAt: NOW,
        attemptStep: null,
        preemption: null,
        devices,
        deviceKind: worker.kind,
        workerId: worker.workerId ?? null,
        reservedBy: null,
        reservedUntil: null,
        ...change.changes,
      },
    },
    where,
  )}, begun AS (
    INSERT INTO "Attempt" ("jobId", "number", "worker", "deviceKind", "devices", "accumulationFactor", "fromStep", "startedAt")
    SELECT "id", "attempt", ${worker.worker ?? null}, "deviceKind", "devices", "accumulationFactor", ${FROM_STEP}, "claimedAt" FROM moved
  ), claimed AS (
    SELECT moved."id", moved."teamId", moved."token", moved."attempt", moved."deaths", moved."failures", moved."accumulationFactor",
      moved."progress", moved."specHash", moved."datasetId", moved."name", moved."spec", moved."reasons", moved."pauseAt", moved."kind",
      moved."task", moved."wish", moved."forkOf", moved."devices", moved."resources", moved."traceparent",
      jsonb_build_object('id', dataset."datasetId", 'name', dataset."name", 'version', dataset."number") AS "dataset",
      coalesce(dataset."packedKey", '') AS "packedKey", ${CHECKPOINTS} AS "checkpoints", ${ARTIFACTS} AS "artifacts",
      (SELECT to_jsonb(previous) FROM (${previousRun(Prisma.sql`moved`)}) AS previous) AS "previous"
    FROM moved JOIN "DatasetVersion" AS dataset ON dataset."id" = moved."datasetId"
  )`

/** Where the attempt begins: at the job's own `last`, else at that of the run which it continues. */
const FROM_STEP = Prisma.sql`coalesce((
  SELECT "step" FROM "Checkpoint" WHERE "jobId" = moved."id" AND "kind" = 'last' AND "trashId" IS NULL
  ORDER BY "supersededAt" DESC NULLS FIRST LIMIT 1
), (
  SELECT "step" FROM "Checkpoint" WHERE "id" IN (moved."forkOf"->>'checkpoint', moved."forkOf"->>'best') AND "kind" = 'last'
    AND moved."forkOf"->>'mode' = 'continue' LIMIT 1
), 0)`

/** The newest of each kind first, then the one before it. */
const CHECKPOINTS = Prisma.sql`coalesce((
  SELECT jsonb_agg(
    jsonb_build_object('kind', "kind", 'step', "step", 'blobKey', "blobKey", 'sha256', "sha256") ORDER BY "supersededAt" DESC NULLS FIRST)
  FROM "Checkpoint" WHERE "jobId" = moved."id" AND "trashId" IS NULL), '[]')`

const ARTIFACTS = Prisma.sql`coalesce((
  SELECT jsonb_agg(jsonb_build_object('kind', "kind", 'blobKey', "blobKey"))
  FROM "Artifact" WHERE "jobId" = moved."id" AND "trashId" IS NULL), '[]')`

/** What a worker gets, with what few jobs have: checkpoints that they name, and runs that they were forked from. */
export async function claimOf(tx: Statements, row: ClaimedRow): Promise<JobClaim> {
  const { progress, pauseAt, task, wish, forkOf, previous, checkpoints, ...claim } = row
  const parent = forkOf === null ? undefined : await parentRun(tx, { teamId: row.teamId, parent: forkOf.job })
  const kept = [...checkpoints, ...(await continuedFrom(tx, row))]
  return {
    ...claim,
    spec: orderedSpec(row.spec),
    reachedStep: progress?.step ?? 0,
    baselines: [...(parent === undefined ? [] : [parent]), ...(previous === null ? [] : [previous])],
    named: await named(tx, row),
    ...(pauseAt === null ? {} : { pauseAt }),
    ...(task === null ? {} : { task }),
    stopEarly: wish === 'stop',
    ...(forkOf?.mode === 'continue' ? { continues: forkOf.specHash } : {}),
    checkpoints: kept,
  }
}

interface NamedCheckpoint {
  id: string
  blobKey: string
  sha256: string
}

async function named(
  tx: Statements,
  { spec, teamId }: { spec: ResolvedSpec; teamId: string },
): Promise<JobClaim['named']> {
  const ids = namedCheckpoints(spec)
  if (ids.length === 0) return {}
  const rows = await tx.$queryRaw<NamedCheckpoint[]>`
    SELECT checkpoint."id", checkpoint."blobKey", checkpoint."sha256"
    FROM "Checkpoint" AS checkpoint JOIN "Job" AS owner ON owner."id" = checkpoint."jobId"
    WHERE checkpoint."id" = ANY(${ids}) AND owner."teamId" = ${teamId}`
  return Object.fromEntries(rows.map(({ id, ...file }) => [id, file]))
}

/** What a run that continues another takes up from there, as long as it has written no `last` itself. */
async function continuedFrom(
  tx: Statements,
  { forkOf, teamId, checkpoints }: Pick<ClaimedRow, 'forkOf' | 'teamId' | 'checkpoints'>,
): Promise<StoredCheckpoint[]> {
  const ids = continuedCheckpoints(forkOf)
  if (ids.length === 0) return []
  const from = await tx.$queryRaw<StoredCheckpoint[]>`
    SELECT checkpoint."kind", checkpoint."step", checkpoint."blobKey", checkpoint."sha256"
    FROM "Checkpoint" AS checkpoint JOIN "Job" AS owner ON owner."id" = checkpoint."jobId"
    WHERE checkpoint."id" = ANY(${ids}) AND owner."teamId" = ${teamId}`
  return from.filter(({ kind }) => !checkpoints.some((own) => own.kind === kind))
}
