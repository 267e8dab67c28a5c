import type { DatasetClaim, DatasetClaims } from '../service/ports/datasets.ts'
import type { IngestSettings } from '../service/dataset-options.ts'
import { publicReason } from '../service/public-text.ts'
import { claimNext, MAX_DEATHS, poison } from './claiming.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { json, type Transaction } from './prisma-types.ts'
import { piecesOf, removeUpload } from './uploads.ts'

const POISON = poison('ingested it')

type Claimable = 'ingesting' | 'importing'
const UNDER_WAY = Prisma.sql`"state" IN ('ingesting', 'importing')`
const FREE = Prisma.sql`("uploadKey" IS NOT NULL AND ("leaseUntil" IS NULL OR "leaseUntil" < ${NOW}))`

/** How workers get uploads to ingest, keep their leases, and write results. */
export function datasetClaims(prisma: PrismaClient): DatasetClaims {
  return {
    claimDataset: (id, leaseMs) => prisma.$transaction((tx) => claim(tx, id, leaseMs)),
    claimNextDataset: (leaseMs) => claimNextOf('ingesting', leaseMs),
    claimNextImport: (leaseMs) => claimNextOf('importing', leaseMs),
    renewDataset: async (id, token, leaseMs, { files, fraction }) =>
      (await prisma.$executeRaw`
        UPDATE "Dataset" SET "leaseUntil" = ${fromNow(leaseMs)}, "filesRead" = ${files}, "fractionRead" = ${fraction}
        WHERE "id" = ${id} AND "token" = ${token} AND "state" = 'ingesting'`) === 1,
    renewImport: async (id, token, leaseMs, sizeBytes) =>
      (await prisma.$executeRaw`
        UPDATE "Dataset" SET "leaseUntil" = ${fromNow(leaseMs)}, "sizeBytes" = ${sizeBytes}
        WHERE "id" = ${id} AND "token" = ${token} AND "state" = 'importing'`) === 1,
    async handBackDataset(id, token) {
      const state = { in: ['ingesting', 'importing'] }
      await prisma.dataset.updateMany({ where: { id, token, state }, data: { leaseUntil: null } })
    },
    finishImport: (id, token, sizeBytes) =>
      prisma.$transaction(async (tx) => {
        const { count } = await tx.dataset.updateMany({
          where: { id, token, state: 'importing' },
          data: { state: 'ingesting', sizeBytes, attempt: 0, deaths: 0, leaseUntil: null },
        })
        if (count === 1) await tx.outbox.create({ data: { kind: 'dataset', ref: id } })
        return count === 1
      }),
    async finishDataset(id, token, result) {
      const data =
        'reason' in result
          ? { state: 'failed', reason: json(publicReason(result.reason)), uploadKey: null }
          : {
              state: 'ready',
              manifest: json(result.manifest),
              report: json(result.report),
              packedKey: result.packedKey,
              uploadKey: null,
            }
      return prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ uploadKey: string | null }[]>`
          SELECT "uploadKey" FROM "Dataset" WHERE "id" = ${id} AND "token" = ${token} AND ${UNDER_WAY} FOR UPDATE`
        if (row === undefined) return false
        await tx.dataset.update({ where: { id }, data: { ...data, leaseUntil: null } })
        if (row.uploadKey !== null) await removeUpload(tx, row.uploadKey)
        return true
      })
    },
  }

  function claimNextOf(state: Claimable, leaseMs: number): Promise<DatasetClaim | undefined> {
    return claimNext(
      prisma,
      (tx) => nextDataset(tx, state),
      (tx, id) => claim(tx, id, leaseMs),
    )
  }
}

/** The oldest upload of the team with the fewest running ingests, and of those the one that has waited longest for its turn. */
async function nextDataset(tx: Transaction, state: Claimable): Promise<string | undefined> {
  const claimable = Prisma.sql`"state" = ${state} AND ${FREE}`
  const teams = await tx.$queryRaw<{ id: string }[]>`
    SELECT "Team"."id" FROM "Team"
    WHERE EXISTS (SELECT 1 FROM "Dataset" WHERE "Dataset"."teamId" = "Team"."id" AND ${claimable})
    ORDER BY (
      SELECT count(*) FROM "Dataset" AS active
      WHERE active."teamId" = "Team"."id" AND active."state" = ${state} AND active."leaseUntil" >= ${NOW}
    ), "Team"."ingestedAt" NULLS FIRST, "Team"."id"`
  for (const { id } of teams) {
    const [dataset] = await tx.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM "Dataset" WHERE "teamId" = ${id} AND ${claimable} ORDER BY "id" LIMIT 1 FOR UPDATE SKIP LOCKED`
    if (dataset !== undefined) return dataset.id
  }
  return undefined
}

interface ClaimedRow {
  teamId: string
  uploadKey: string
  importFrom: string | null
  settings: IngestSettings
  state: Claimable
  deaths: number
  died: boolean
}

async function claim(tx: Transaction, id: string, leaseMs: number): Promise<DatasetClaim | undefined> {
  const [row] = await tx.$queryRaw<ClaimedRow[]>`
    SELECT "teamId", "uploadKey", "importFrom", "options" AS "settings", "state", "deaths", "leaseUntil" IS NOT NULL AS "died" FROM "Dataset"
    WHERE "id" = ${id} AND ${UNDER_WAY} AND ${FREE} FOR UPDATE`
  if (row === undefined) return undefined
  const deaths = row.died ? row.deaths + 1 : row.deaths
  if (deaths >= MAX_DEATHS) {
    await tx.dataset.update({
      where: { id },
      data: { state: 'failed', reason: POISON, uploadKey: null, leaseUntil: null, deaths },
    })
    await removeUpload(tx, row.uploadKey)
    return undefined
  }
  const [claimed] = await tx.$queryRaw<{ token: number; attempt: number }[]>`
    UPDATE "Dataset" SET "token" = "token" + 1, "attempt" = "attempt" + 1, "deaths" = ${deaths}, "leaseUntil" = ${fromNow(leaseMs)}
    WHERE "id" = ${id} RETURNING "token", "attempt"`
  if (claimed === undefined) return undefined
  await tx.$executeRaw`UPDATE "Team" SET "ingestedAt" = ${NOW} WHERE "id" = ${row.teamId}`
  const { teamId, uploadKey, importFrom, settings, state } = row
  const pieces = await piecesOf(tx, uploadKey)
  const toFetch = state === 'importing' && importFrom !== null ? { importFrom } : {}
  return { id, teamId, uploadKey, settings, pieces, ...claimed, ...toFetch }
}
