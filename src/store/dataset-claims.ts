import type { DatasetChanges } from '../job-spec/dataset-changes.ts'
import { versionId } from '../service/dataset-ref.ts'
import type { DatasetClaim, DatasetClaims, ImportClaim } from '../service/ports/datasets.ts'
import type { IngestSettings } from '../service/dataset-options.ts'
import { publicReason } from '../service/public-text.ts'
import { claimNext, isSuspended, MAX_DEATHS, poison } from './claiming.ts'
import { fromNow, NOW } from './clock.ts'
import { chooseCurrent } from './dataset-versions.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { notifyOfDataset } from './notices.ts'
import { json, type Transaction } from './prisma-types.ts'
import { piecesOf, removeUpload } from './uploads.ts'

const POISON = poison('ingested it')

type Claimable = 'ingesting' | 'importing'
const UNDER_WAY = Prisma.sql`"state" IN ('ingesting', 'importing')`
const FREE = Prisma.sql`("leaseUntil" IS NULL OR "leaseUntil" < ${NOW})`

/** How workers get uploads to ingest, keep their leases, and write results. One function: a statement after the other on one table. */
export function datasetClaims(prisma: PrismaClient): DatasetClaims {
  return {
    claimDataset: (id, leaseMs) => prisma.$transaction((tx) => claim(tx, id, leaseMs)),
    claimNextDataset: (leaseMs) => claimNextOf('ingesting', leaseMs),
    async claimNextImport(leaseMs) {
      const claimed = await claimNextOf('importing', leaseMs)
      return claimed !== undefined && isImport(claimed) ? claimed : undefined
    },
    renewDataset: async (id, token, leaseMs, { files, fraction }) =>
      (await prisma.$executeRaw`
        UPDATE "DatasetVersion" SET "leaseUntil" = ${fromNow(leaseMs)}, "filesRead" = ${files}, "fractionRead" = ${fraction}
        WHERE "id" = ${id} AND "token" = ${token} AND "state" = 'ingesting'`) === 1,
    renewImport: async (id, token, leaseMs, sizeBytes) =>
      (await prisma.$executeRaw`
        UPDATE "DatasetVersion" SET "leaseUntil" = ${fromNow(leaseMs)}, "sizeBytes" = ${sizeBytes}
        WHERE "id" = ${id} AND "token" = ${token} AND "state" = 'importing'`) === 1,
    async handBackDataset(id, token) {
      const state = { in: ['ingesting', 'importing'] }
      await prisma.datasetVersion.updateMany({ where: { id, token, state }, data: { leaseUntil: null } })
    },
    finishImport: (id, token, sizeBytes) =>
      prisma.$transaction(async (tx) => {
        const { count } = await tx.datasetVersion.updateMany({
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
              ...(result.changed === undefined ? {} : { changed: json(result.changed) }),
            }
      return prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ uploadKey: string | null; datasetId: string }[]>`
          SELECT "uploadKey", "datasetId" FROM "DatasetVersion" WHERE "id" = ${id} AND "token" = ${token} AND ${UNDER_WAY} FOR UPDATE`
        if (row === undefined) return false
        await tx.datasetVersion.updateMany({ where: { id }, data: { ...data, leaseUntil: null } })
        if (row.uploadKey !== null) await removeUpload(tx, row.uploadKey)
        if (data.state === 'ready') await chooseCurrent(tx, row.datasetId)
        await notifyOfDataset(tx, id)
        return true
      })
    },
  }

  function claimNextOf(state: Claimable, leaseMs: number): Promise<Claimed | undefined> {
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
    WHERE "suspendedAt" IS NULL
      AND EXISTS (SELECT 1 FROM "DatasetVersion" WHERE "DatasetVersion"."teamId" = "Team"."id" AND ${claimable})
    ORDER BY (
      SELECT count(*) FROM "DatasetVersion" AS active
      WHERE active."teamId" = "Team"."id" AND active."state" = ${state} AND active."leaseUntil" >= ${NOW}
    ), "Team"."ingestedAt" NULLS FIRST, "Team"."id"`
  for (const { id } of teams) {
    const [dataset] = await tx.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM "DatasetVersion" WHERE "teamId" = ${id} AND ${claimable} ORDER BY "id" LIMIT 1 FOR UPDATE SKIP LOCKED`
    if (dataset !== undefined) return dataset.id
  }
  return undefined
}

interface ClaimedRow {
  teamId: string
  datasetId: string
  parent: number | null
  changes: DatasetChanges | null
  uploadKey: string | null
  importFrom: string | null
  settings: IngestSettings
  state: Claimable
  deaths: number
  died: boolean
  traceparent: string | null
}

type Claimed = DatasetClaim & Partial<ImportClaim>

const isImport = (claimed: Claimed): claimed is ImportClaim => claimed.importFrom !== undefined

async function claim(tx: Transaction, id: string, leaseMs: number): Promise<Claimed | undefined> {
  const [row] = await tx.$queryRaw<ClaimedRow[]>`
    SELECT "teamId", "datasetId", "parent", "changes", "uploadKey", "importFrom", "options" AS "settings", "state", "deaths", "traceparent", "leaseUntil" IS NOT NULL AS "died" FROM "DatasetVersion"
    WHERE "id" = ${id} AND ${UNDER_WAY} AND ${FREE} FOR UPDATE`
  if (row === undefined || (await isSuspended(tx, row.teamId))) return undefined
  const deaths = row.died ? row.deaths + 1 : row.deaths
  if (deaths >= MAX_DEATHS) {
    await tx.datasetVersion.updateMany({
      where: { id },
      data: { state: 'failed', reason: POISON, uploadKey: null, leaseUntil: null, deaths },
    })
    if (row.uploadKey !== null) await removeUpload(tx, row.uploadKey)
    await notifyOfDataset(tx, id)
    return undefined
  }
  const [claimed] = await tx.$queryRaw<{ token: number; attempt: number }[]>`
    UPDATE "DatasetVersion" SET "token" = "token" + 1, "attempt" = "attempt" + 1, "deaths" = ${deaths}, "leaseUntil" = ${fromNow(leaseMs)}
    WHERE "id" = ${id} RETURNING "token", "attempt"`
  if (claimed === undefined) return undefined
  await tx.$executeRaw`UPDATE "Team" SET "ingestedAt" = ${NOW} WHERE "id" = ${row.teamId}`
  const { teamId, uploadKey, importFrom, settings, state, traceparent } = row
  const pieces = uploadKey === null ? [] : await piecesOf(tx, uploadKey)
  return {
    id,
    teamId,
    settings,
    pieces,
    traceparent,
    ...claimed,
    ...(uploadKey === null ? {} : { uploadKey }),
    ...(state === 'importing' && importFrom !== null ? { importFrom } : {}),
    ...(await baseOf(tx, row)),
  }
}

/** What a version is made of; nothing where it is a data set's first. */
async function baseOf(
  tx: Transaction,
  { datasetId, parent, changes }: ClaimedRow,
): Promise<Pick<DatasetClaim, 'base'>> {
  if (parent === null) return {}
  const row = await tx.datasetVersion.findUnique({
    where: { id: versionId(datasetId, parent) },
    select: { packedKey: true },
  })
  return { base: { packedKey: row?.packedKey ?? '', changes: changes ?? {} } }
}
