import { AppError } from '../errors.ts'
import type { OpenDependency } from '../service/ports/jobs.ts'
import { NOW } from './clock.ts'
import type { Prisma, PrismaClient } from './generated/client.ts'
import type { Statements, Transaction } from './prisma-types.ts'

/** Data sets that one round settles. */
const MAX_ROUND = 100

type Outcome = 'met' | 'failed' | null

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  succeeded: 'met',
  stopped: 'met',
  ready: 'met',
  failed: 'failed',
  canceled: 'failed',
  deleted: 'failed',
}
/** What became of a job or data set in this state; null while it is open. */
const outcomeOf = (state: string): Outcome => OUTCOMES[state] ?? null

interface Named {
  /** As it was named. */
  ref: string
  /** With the version, of a data set. */
  id: string
  state: string
}

/** Those of the ids that the team has; none of them changes until the transaction ends. */
async function found(tx: Transaction, teamId: string, refs: readonly string[]): Promise<Named[]> {
  const jobs = await tx.$queryRaw<Named[]>`
    SELECT "id" AS "ref", "id", "state" FROM "Job"
    WHERE "teamId" = ${teamId} AND "id" = ANY(${refs}) ORDER BY "id" FOR SHARE`
  const datasets = await tx.$queryRaw<Named[]>`
    SELECT CASE WHEN "id" = ANY(${refs}) THEN "id" ELSE "datasetId" END AS "ref", "id", "state" FROM "DatasetVersion"
    WHERE "teamId" = ${teamId} AND ("id" = ANY(${refs}) OR ("datasetId" = ANY(${refs}) AND "isCurrent"))
    ORDER BY "id" FOR SHARE`
  return [...jobs, ...datasets]
}

/**
 * What a job that is submitted runs after.
 * @throws AppError `not_found` for what is not there, `wrong_state` for what has failed: the job would never run
 */
export async function dependenciesOf(
  tx: Transaction,
  teamId: string,
  after: readonly string[],
): Promise<{ onId: string; outcome: Outcome }[]> {
  const there = after.length === 0 ? [] : await found(tx, teamId, after)
  const outcomes = after.map((ref, i): [string, Outcome] => {
    const errors = [{ pointer: `/after/${i}`, detail: 'must be a job or data set that can still succeed' }]
    const named = there.find((each) => each.ref === ref)
    if (named === undefined) throw new AppError('not_found', `There is no job or data set ${ref}.`, { errors })
    const outcome = outcomeOf(named.state)
    if (outcome === 'failed')
      throw new AppError('wrong_state', `${ref} is ${named.state}; a job after it would never run.`, { errors })
    return [named.id, outcome]
  })
  // A data set may be named with and without its version.
  return [...new Map(outcomes)].map(([onId, outcome]) => ({ onId, outcome }))
}

/** Has the jobs that run after one that has ended, or after a data set, run or be given up. */
export async function settleDependants(tx: Statements, onId: string, state: string): Promise<void> {
  const outcome = outcomeOf(state)
  const settled = await tx.$queryRaw<{ jobId: string }[]>`
    UPDATE "JobDependency" SET "outcome" = ${outcome}
    WHERE "onId" = ${onId} AND "outcome" IS DISTINCT FROM 'met' RETURNING "jobId"`
  if (settled.length === 0) return
  const ids = settled.map(({ jobId }) => jobId)
  // Locked before it is asked what else they wait for: of two that end at once, one sees the other.
  await tx.$queryRaw`SELECT 1 FROM "Job" WHERE "id" = ANY(${ids}) ORDER BY "id" FOR UPDATE`
  if (outcome === 'failed') {
    await tx.$executeRaw`
      UPDATE "Job" SET "failedDependency" = ${onId}
      WHERE "id" = ANY(${ids}) AND "state" IN ('queued', 'paused') AND "blocked" AND "failedDependency" IS NULL`
    return
  }
  await tx.$executeRaw`
    WITH free AS (
      UPDATE "Job" SET "blocked" = false, "queuedAt" = ${NOW}
      WHERE "id" = ANY(${ids}) AND "blocked" AND NOT EXISTS (
        SELECT 1 FROM "JobDependency" AS open WHERE open."jobId" = "Job"."id" AND open."outcome" IS DISTINCT FROM 'met')
      RETURNING "id", "state", "token"
    )
    INSERT INTO "Outbox" ("kind", "ref", "token", "createdAt") SELECT 'job', "id", "token", ${NOW} FROM free WHERE "state" = 'queued'`
}

/** Settles what runs after data sets that are ready, have failed or are gone. */
export async function settleDatasetDependants(prisma: PrismaClient): Promise<void> {
  const settled = await prisma.$queryRaw<{ id: string; state: string }[]>`
    SELECT DISTINCT open."onId" AS "id", coalesce(dataset."state", 'deleted') AS "state"
    FROM "JobDependency" AS open LEFT JOIN "DatasetVersion" AS dataset ON dataset."id" = open."onId"
    WHERE open."outcome" IS NULL AND left(open."onId", 3) = 'ds_'
      AND (dataset."id" IS NULL OR dataset."state" IN ('ready', 'failed', 'deleted')) LIMIT ${MAX_ROUND}`
  for (const { id, state } of settled) await prisma.$transaction((tx) => settleDependants(tx, id, state))
}

/** What a job runs after, with its states; null for what is gone. */
export const openDependencies = (
  prisma: Pick<Prisma.TransactionClient, '$queryRaw'>,
  jobId: string,
): Promise<OpenDependency[]> => prisma.$queryRaw<OpenDependency[]>`
  SELECT open."onId" AS "id", coalesce(job."state", dataset."state") AS "state"
  FROM "JobDependency" AS open
  LEFT JOIN "Job" AS job ON job."id" = open."onId"
  LEFT JOIN "DatasetVersion" AS dataset ON dataset."id" = open."onId"
  WHERE open."jobId" = ${jobId} AND open."outcome" IS DISTINCT FROM 'met' ORDER BY open."onId"`

/**
 * Of a job that is queued again: has it wait for what it runs after.
 * @throws AppError `wrong_state` where that did not succeed, and is not tried again
 */
export async function requireDependencies(tx: Transaction, jobId: string): Promise<void> {
  const open = await openDependencies(tx, jobId)
  const failed = open.find(({ state }) => state === null || outcomeOf(state) === 'failed')
  if (failed !== undefined)
    throw new AppError(
      'wrong_state',
      `Job ${jobId} runs after ${failed.id}, which is ${failed.state ?? 'deleted'}; retry that first.`,
    )
  await tx.jobDependency.updateMany({ where: { jobId, outcome: 'failed' }, data: { outcome: null } })
}
