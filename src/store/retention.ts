import { AppError } from '../errors.ts'
import { ENDED_STATES } from '../service/job-states.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import type { PageRequest } from '../service/ports/caller.ts'
import type { RetentionStore } from '../service/ports/retention.ts'
import type { Page } from '../service/resources.ts'
import { NO_RETENTION, type RetentionCandidate, type RetentionPolicy } from '../service/retention-resources.ts'
import { recordChange } from './audit.ts'
import { fromNow, NOW } from './clock.ts'
import { deleteCheckpoint, deleteJob } from './deletion.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { idCursor, page } from './pages.ts'
import { json } from './prisma-types.ts'

const DAY_MS = 86_400_000
/** How often the policy of a team is applied. */
const EVERY_MS = 3_600_000
/** What is deleted of a team in one round. */
const PER_ROUND = 200
/** Milliseconds that deleting one thing may take. */
const LIMITS = { timeout: 60_000, maxWait: 10_000 }
const RETENTION: ChangedBy = { kind: 'host', id: 'retention', name: 'retention', keyId: null, requestId: null }

/** Deletion by rule. */
export function retentionStore(prisma: PrismaClient): RetentionStore {
  return {
    async retention(teamId) {
      const row = await prisma.team.findFirst({ where: { id: teamId }, select: { retention: true } })
      return policyOf(row?.retention)
    },
    setRetention: (teamId, policy, by) =>
      prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ retention: unknown }[]>`
          SELECT "retention" FROM "Team" WHERE "id" = ${teamId} FOR NO KEY UPDATE`
        await tx.team.update({ where: { id: teamId }, data: { retention: json(policy), retainedAt: null } })
        const resource = { type: 'team', id: teamId }
        const change = { before: policyOf(row?.retention), after: policy }
        await recordChange(tx, { teamId, by, action: 'setRetention', resource, ...change })
        return policy
      }),
    retentionCandidates: (teamId, policy, request) => candidates(prisma, { teamId, policy }, request),
    async applyRetention(keptMs) {
      const [due] = await prisma.$queryRaw<{ id: string; retention: unknown }[]>`
        UPDATE "Team" SET "retainedAt" = ${NOW} WHERE "id" = (
          SELECT "id" FROM "Team"
          WHERE "retention" <> '{}' AND "trashId" IS NULL AND ("retainedAt" IS NULL OR "retainedAt" < ${fromNow(-EVERY_MS)})
          ORDER BY "retainedAt" NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED
        ) RETURNING "id", "retention"`
      if (due === undefined) return undefined
      return {
        teamId: due.id,
        deleted: await apply(prisma, { teamId: due.id, policy: policyOf(due.retention) }, keptMs),
      }
    },
  }
}

const policyOf = (stored: unknown): RetentionPolicy => ({ ...NO_RETENTION, ...(stored as Partial<RetentionPolicy>) })

interface Rules {
  teamId: string
  policy: RetentionPolicy
}

async function apply(prisma: PrismaClient, rules: Rules, keptMs: number): Promise<number> {
  const { teamId } = rules
  const gone: string[] = []
  let after: string | undefined
  do {
    const found: Page<RetentionCandidate> = await candidates(prisma, rules, { limit: PER_ROUND, after })
    for (const { id, type } of found.data) {
      const remove = type === 'job' ? deleteJob : deleteCheckpoint
      if (await unlessNeeded(() => prisma.$transaction((tx) => remove(tx, { teamId, id, keptMs }), LIMITS)))
        gone.push(id)
    }
    after = found.nextCursor ?? undefined
  } while (after !== undefined)
  const resource = { type: 'team', id: teamId }
  if (gone.length > 0)
    await recordChange(prisma, { teamId, by: RETENTION, action: 'applyRetention', resource, after: { deleted: gone } })
  return gone.length
}

/** Something may have begun to need it since it was found. */
async function unlessNeeded(remove: () => Promise<boolean>): Promise<boolean> {
  try {
    return await remove()
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}

const UNENDED = Prisma.sql`NOT user_job."state" = ANY(${[...ENDED_STATES]}::text[])`
/** Not what something that has not ended needs. */
const FREE = Prisma.sql`
  NOT EXISTS (
    SELECT 1 FROM "Trial" AS trial JOIN "Sweep" AS sweep ON sweep."id" = trial."sweepId"
    WHERE trial."jobId" = job."id" AND sweep."state" = 'running')
  AND job."trashId" IS NULL`

const tagged = (tags: readonly string[]): Prisma.Sql =>
  tags.length === 0 ? Prisma.sql`false` : Prisma.sql`job."tags" && ${[...tags]}::text[]`

async function candidates(
  prisma: PrismaClient,
  { teamId, policy: { jobs, checkpoints, keepTags } }: Rules,
  { limit, after }: PageRequest,
): Promise<Page<RetentionCandidate>> {
  const ended = (days: number): Prisma.Sql => Prisma.sql`
    job."teamId" = ${teamId} AND job."endedAt" <= ${fromNow(-days * DAY_MS)} AND ${FREE} AND NOT ${tagged(keepTags)}`
  const parts = [
    ...(jobs === null ? [] : [jobCandidates(teamId, jobs, ended(jobs.olderThanDays))]),
    ...(checkpoints === null ? [] : [checkpointCandidates(checkpoints.keep, ended(checkpoints.olderThanDays))]),
  ]
  if (parts.length === 0) return { data: [], nextCursor: null }
  const rows = await prisma.$queryRaw<(Omit<RetentionCandidate, 'sizeBytes'> & { sizeBytes: bigint })[]>`
    SELECT * FROM (${Prisma.join(parts, ' UNION ALL ')}) AS candidate
    WHERE "id" > ${idCursor(after) ?? ''} ORDER BY "id" LIMIT ${limit + 1}`
  return page(rows, limit, ({ sizeBytes, ...rest }) => ({ ...rest, sizeBytes: Number(sizeBytes) }))
}

function jobCandidates(
  teamId: string,
  { states, keepNewest }: RetentionPolicy['jobs'] & object,
  ended: Prisma.Sql,
): Prisma.Sql {
  const newest = Prisma.sql`
    SELECT kept."id" FROM "Job" AS kept WHERE kept."teamId" = ${teamId} AND kept."state" = ANY(${states}::text[]) AND kept."trashId" IS NULL
    ORDER BY kept."endedAt" DESC, kept."id" DESC LIMIT ${keepNewest}`
  return Prisma.sql`
    SELECT job."id", 'job' AS "type", job."id" AS "job", job."name", (
      coalesce((SELECT sum(c."sizeBytes") FROM "Checkpoint" c WHERE c."jobId" = job."id" AND c."trashId" IS NULL), 0)
      + coalesce((SELECT sum(a."sizeBytes") FROM "Artifact" a WHERE a."jobId" = job."id" AND a."trashId" IS NULL), 0)
    )::bigint AS "sizeBytes"
    FROM "Job" AS job WHERE ${ended} AND job."state" = ANY(${states}::text[]) AND job."id" NOT IN (${newest})
      AND NOT EXISTS (
        SELECT 1 FROM "Checkpoint" AS own JOIN "CheckpointUse" AS used ON used."checkpointId" = own."id"
        JOIN "Job" AS user_job ON user_job."id" = used."jobId" WHERE own."jobId" = job."id" AND ${UNENDED})
      AND NOT EXISTS (
        SELECT 1 FROM "Checkpoint" AS own JOIN "ModelVersion" AS version ON version."checkpointId" = own."id" WHERE own."jobId" = job."id")`
}

/** The newest of the kinds that are kept stays; what superseded ones were kept for is over with the job. */
const checkpointCandidates = (keep: readonly string[], ended: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT checkpoint."id", 'checkpoint' AS "type", job."id" AS "job", job."name", checkpoint."sizeBytes"
  FROM "Checkpoint" AS checkpoint JOIN "Job" AS job ON job."id" = checkpoint."jobId"
  WHERE ${ended} AND job."state" = ANY(${[...ENDED_STATES]}::text[]) AND checkpoint."trashId" IS NULL
    AND (checkpoint."supersededAt" IS NOT NULL OR NOT checkpoint."kind" = ANY(${[...keep]}::text[]))
    AND NOT EXISTS (
      SELECT 1 FROM "CheckpointUse" AS used JOIN "Job" AS user_job ON user_job."id" = used."jobId"
      WHERE used."checkpointId" = checkpoint."id" AND ${UNENDED})
    AND NOT EXISTS (SELECT 1 FROM "ModelVersion" AS version WHERE version."checkpointId" = checkpoint."id")`
