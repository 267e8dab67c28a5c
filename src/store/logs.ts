import { lineId, linesOf } from '../service/log-resources.ts'
import { ENDED_STATES } from '../service/job-states.ts'
import type { LogChunk, LogOwner, LogStore } from '../service/ports/logs.ts'
import { Prisma, type LogChunk as ChunkRow, type PrismaClient } from './generated/client.ts'
import type { Transaction } from './prisma-types.ts'
import { removeBlobs } from './removed-blobs.ts'

/** Chunks of one log that are read for its live streams at once. */
const MAX_FOLLOWED = 20
const FOREIGN_KEY = 'P2003'

/** Logs on PostgreSQL. */
export function logStore(prisma: PrismaClient): LogStore {
  return {
    appendLog: (owner, chunk) => kept(() => prisma.$transaction((tx) => add(tx, owner, chunk))),
    packLog: (owner, chunk) =>
      kept(() =>
        prisma.$transaction(async (tx) => {
          const { attempt, firstLine, lines } = chunk
          await tx.logChunk.deleteMany({
            where: { owner: owner.id, attempt, firstLine: { gte: firstLine, lt: firstLine + lines } },
          })
          return add(tx, owner, chunk)
        }),
      ),
    cutLog: (owner, attempt, firstLines) => drop(prisma, { owner, attempt, firstLine: { in: [...firstLines] } }),
    forgetLogs: (owner, beforeAttempt) => drop(prisma, { owner, attempt: { lt: beforeAttempt } }),
    async logChunks(owner, { after, attempt }) {
      const rows = await prisma.$queryRaw<Omit<ChunkRow, 'text'>[]>`
        SELECT "attempt", "firstLine", "lines", "bytes", "blobKey" FROM "LogChunk"
        WHERE "owner" = ${owner} AND ("attempt" > ${after.attempt} OR ("attempt" = ${after.attempt} AND "firstLine" + "lines" - 1 > ${after.number}::bigint))
          AND (${attempt === undefined} OR "attempt" = ${attempt ?? 0})
        ORDER BY "attempt", "firstLine"`
      return rows.map(({ blobKey, ...chunk }) => ({ ...chunk, ...(blobKey === null ? {} : { blobKey }) }))
    },
    async logText(owner, { attempt, firstLine }) {
      const where = { owner, attempt, firstLine }
      return (await prisma.logChunk.findFirst({ where, select: { text: true } }))?.text ?? undefined
    },
    followedLogs: (cursors) => followed(prisma, cursors),
  }
}

/** Columns that name an owner. */
const OWNERS = { job: 'jobId', dataset: 'datasetVersionId', predictions: 'predictionBatchId' } as const

async function add(
  tx: Transaction,
  { id, kind, teamId }: LogOwner,
  chunk: LogChunk & { text?: string },
): Promise<boolean> {
  // The row of a deleted data set stays while jobs name it.
  if (kind === 'dataset' && (await tx.datasetVersion.count({ where: { id, state: { not: 'deleted' } } })) === 0)
    return false
  const owner = { [OWNERS[kind]]: id }
  await tx.logChunk.createMany({ data: [{ owner: id, teamId, ...owner, ...chunk }], skipDuplicates: true })
  return true
}

/** False where there is nobody whose log it is. */
async function kept(write: () => Promise<boolean>): Promise<boolean> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === FOREIGN_KEY) return false
    throw error
  }
}

async function drop(prisma: PrismaClient, where: Prisma.LogChunkWhereInput): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const rows = await tx.logChunk.findMany({ where: { ...where, blobKey: { not: null } }, select: { blobKey: true } })
    await removeBlobs(
      tx,
      rows.flatMap(({ blobKey }) => (blobKey === null ? [] : [blobKey])),
    )
    await tx.logChunk.deleteMany({ where })
  })
}

/** What is deleted with a job, a version of a data set or a batch of predictions; the rows of a job's log go with the job's. */
export async function removeLogs(tx: Transaction, owners: readonly string[]): Promise<void> {
  await removeBlobs(
    tx,
    owners.map((owner) => `logs/${owner}`),
  )
  await tx.logChunk.deleteMany({ where: { owner: { in: [...owners] } } })
}

interface FollowedRow {
  owner: string
  state: string
  attempt: number | null
  end: number | null
  chunks: { attempt: number; firstLine: number; text: string | null }[] | null
}

async function followed(
  prisma: PrismaClient,
  cursors: Parameters<LogStore['followedLogs']>[0],
): ReturnType<LogStore['followedLogs']> {
  if (cursors.length === 0) return []
  const places = cursors.map(({ after }) => (after === undefined ? undefined : lineId.parse(after)))
  const rows = await prisma.$queryRaw<FollowedRow[]>`
    SELECT cursor."owner", coalesce("Job"."state", "DatasetVersion"."state", "PredictionBatch"."state") AS "state", newest."attempt", newest."end", chunk."chunks"
    FROM unnest(${cursors.map(({ owner }) => owner)}::text[], ${places.map((place) => place?.attempt ?? null)}::int[], ${places.map((place) => place?.number ?? null)}::bigint[])
      AS cursor("owner", "attempt", "number")
    LEFT JOIN "Job" ON "Job"."id" = cursor."owner"
    LEFT JOIN "DatasetVersion" ON "DatasetVersion"."id" = cursor."owner" AND "DatasetVersion"."state" <> 'deleted'
    LEFT JOIN "PredictionBatch" ON "PredictionBatch"."id" = cursor."owner"
    LEFT JOIN LATERAL (
      SELECT "attempt", "firstLine" + "lines" - 1 AS "end" FROM "LogChunk" WHERE "owner" = cursor."owner"
      ORDER BY "attempt" DESC, "firstLine" DESC LIMIT 1
    ) AS newest ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('attempt', "attempt", 'firstLine', "firstLine", 'text', "text") ORDER BY "attempt", "firstLine") AS "chunks"
      FROM (
        SELECT * FROM "LogChunk"
        WHERE "owner" = cursor."owner" AND ("attempt" > cursor."attempt" OR ("attempt" = cursor."attempt" AND "firstLine" > cursor."number"))
        ORDER BY "attempt", "firstLine" LIMIT ${MAX_FOLLOWED}
      ) AS later
    ) AS chunk ON true`
  return rows
    .filter(({ state }) => state !== null)
    .map(({ owner, state, attempt, end, chunks }) => ({
      owner,
      ended: [...ENDED_STATES, 'ready'].includes(state),
      newest: attempt === null || end === null ? '0' : lineId.format({ attempt, number: end }),
      lines: (chunks ?? []).flatMap(({ text, ...chunk }) =>
        text === null ? [] : linesOf(text, { attempt: chunk.attempt, number: chunk.firstLine }),
      ),
    }))
}
