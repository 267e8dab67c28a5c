import { PrismaPg } from '@prisma/adapter-pg'
import type { IngestReport } from '../spec/ingest-report.ts'
import { newId } from '../service/ids.ts'
import type { JobRecord } from '../service/ports/job-claims.ts'
import type { Message } from '../service/ports/queue.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { Store } from '../service/ports/store.ts'
import { ACTIVE_STATES } from '../service/job-states.ts'
import type { Scope } from '../service/resources.ts'
import type { DataFacts } from '../spec/defaults.ts'
import { Prisma, PrismaClient } from './generated/client.ts'
import { historyStore } from './history.ts'
import { idempotencyStore } from './idempotency.ts'
import { NO_QUOTA, requireQuota, usageOf } from './quota.ts'
import { watching } from './watching.ts'
import {
  artifactOf,
  datasetOf,
  datasetSummaryOf,
  jobOf,
  jobSummaryOf,
  keyOf,
  PUBLIC_JOB,
  teamOf,
  transitionOf,
} from './rows.ts'
import { addCheckpoint, checkpointStore } from './checkpoints.ts'
import { publicReason } from './public-reason.ts'
import { requireReady, useCheckpoints } from './submission.ts'
import { datasetClaims } from './dataset-claims.ts'
import { deletion } from './deletion.ts'
import { jobClaims } from './job-claims.ts'
import { jobMoves } from './job-moves.ts'
import { oneQueryAtATime } from './one-query-at-a-time.ts'
import { older, page } from './pages.ts'
import { keepFoundPolicy, policyStore } from './policies.ts'
import { sweepStore } from './sweeps.ts'

type Json = Prisma.InputJsonValue
const json = (value: unknown): Json => value as Json
/** The truth, on PostgreSQL. Every change of a job's or data set's state is one statement conditional on the old state and the token. */
export function openStore(databaseUrl: string, quota: Quota = NO_QUOTA): Store {
  const prisma = new PrismaClient({
    adapter: oneQueryAtATime(new PrismaPg({ connectionString: databaseUrl, max: 10, connectionTimeoutMillis: 5000 })),
  })

  return {
    createTeam: async (name) => teamOf(await prisma.team.create({ data: { id: newId('team', Date.now()), name } })),
    async team(teamId) {
      const row = await prisma.team.findUnique({ where: { id: teamId } })
      return row === null ? undefined : teamOf(row)
    },
    renameTeam: async (teamId, name) => teamOf(await prisma.team.update({ where: { id: teamId }, data: { name } })),
    createKey: (teamId, { id, name, hash, scopes }) =>
      prisma.$transaction(async (tx) => {
        await requireQuota(tx, { quota, teamId, of: 'apiKeys' })
        return keyOf(await tx.apiKey.create({ data: { id, teamId, name, hash, scopes } }))
      }),
    keys: async (teamId) =>
      (await prisma.apiKey.findMany({ where: { teamId, revokedAt: null }, orderBy: { id: 'asc' } })).map(keyOf),
    revokeKey: async (teamId, id) =>
      (await prisma.apiKey.updateMany({ where: { teamId, id, revokedAt: null }, data: { revokedAt: new Date() } }))
        .count === 1,
    async callerByKeyHash(hash) {
      const row = await prisma.apiKey.findUnique({ where: { hash } })
      return row?.revokedAt !== null ? undefined : { teamId: row.teamId, keyId: row.id, scopes: row.scopes as Scope[] }
    },

    createDataset: (teamId, { id, name, sizeBytes, uploadKey }) =>
      prisma.$transaction(async (tx) => {
        await requireQuota(tx, { quota, teamId, of: 'ingests' })
        await requireQuota(tx, { quota, teamId, of: 'bytes', adds: sizeBytes })
        const row = await tx.dataset.create({ data: { id, teamId, name, state: 'ingesting', sizeBytes, uploadKey } })
        await tx.outbox.create({ data: { kind: 'dataset', ref: id } })
        return datasetOf(row)
      }),
    async dataset(teamId, id) {
      const row = await prisma.dataset.findFirst({
        where: { teamId, id, state: { not: 'deleted' } },
        omit: { report: true },
      })
      return row === null ? undefined : datasetOf(row)
    },
    async datasets(teamId, request) {
      const listed = older(teamId, request)
      return page(
        await prisma.dataset.findMany({
          ...listed,
          where: { ...listed.where, state: { not: 'deleted' } },
          omit: { report: true, manifest: true },
        }),
        request.limit,
        datasetSummaryOf,
      )
    },
    async datasetFacts(teamId, id) {
      const row = await prisma.dataset.findFirst({ where: { teamId, id, state: 'ready' }, select: { manifest: true } })
      return (row?.manifest ?? undefined) as unknown as DataFacts | undefined
    },
    async datasetClasses(teamId, id) {
      const [row] = await prisma.$queryRaw<{ classes: string[] | null }[]>`
        SELECT "manifest"->'classes' AS "classes" FROM "Dataset" WHERE "id" = ${id} AND "teamId" = ${teamId}`
      return row?.classes ?? undefined
    },
    datasetDeleted: async (teamId, id) =>
      (await prisma.dataset.count({ where: { teamId, id, state: 'deleted' } })) === 1,
    async datasetReport(teamId, id) {
      const row = await prisma.dataset.findFirst({ where: { teamId, id, state: 'ready' }, select: { report: true } })
      return (row?.report ?? undefined) as IngestReport | undefined
    },
    async packedKey(teamId, id) {
      const row = await prisma.dataset.findFirst({ where: { teamId, id, state: 'ready' }, select: { packedKey: true } })
      return row?.packedKey ?? undefined
    },
    ...datasetClaims(prisma),
    ...deletion(prisma),
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
      return (
        (
          await prisma.dataset.updateMany({
            where: { id, token, state: 'ingesting' },
            data: { ...data, leaseUntil: null },
          })
        ).count === 1
      )
    },

    createJob: (job) =>
      prisma.$transaction(async (tx) => {
        const { spec, reasons, warnings = [], task, ...plain } = job
        await requireQuota(tx, { quota, teamId: job.teamId, of: 'queuedJobs' })
        const dataset = await requireReady(tx, job.datasetId)
        const row = await tx.job.create({
          data: {
            ...{ ...plain, state: 'queued', spec: json(spec), reasons: json(reasons), warnings: json(warnings) },
            ...(task === undefined ? {} : { task: json(task) }),
          },
        })
        await useCheckpoints(tx, [job])
        await tx.transition.create({ data: { jobId: job.id, to: 'queued' } })
        await tx.outbox.create({ data: { kind: 'job', ref: job.id } })
        return jobOf({ ...row, dataset })
      }),
    async job(teamId, id) {
      const row = await prisma.job.findUnique({ where: { id, teamId }, ...PUBLIC_JOB })
      return row === null ? undefined : jobOf(row)
    },
    async jobs(teamId, request) {
      const query = older(teamId, request)
      const where = { ...query.where, ...(request.state === undefined ? {} : { state: request.state }) }
      if (request.include === 'spec')
        return page(await prisma.job.findMany({ ...query, where, ...PUBLIC_JOB }), request.limit, jobOf)
      const { omit, include } = PUBLIC_JOB
      const unread = { ...omit, spec: true, reasons: true } as const
      return page(await prisma.job.findMany({ ...query, where, omit: unread, include }), request.limit, jobSummaryOf)
    },
    transitions: async (jobId) =>
      (await prisma.transition.findMany({ where: { jobId }, orderBy: { id: 'asc' } })).map(transitionOf),
    async report(teamId, id) {
      return (await prisma.job.findFirst({ where: { teamId, id }, select: { report: true } }))?.report ?? undefined
    },
    ...jobMoves(prisma),
    ...sweepStore(prisma, quota),
    ...policyStore(prisma),
    ...jobClaims(prisma),
    ...checkpointStore(prisma),
    recordJob: (id, token, { events, metrics, progress, advanced, checkpoint, artifact, report }: JobRecord) =>
      prisma.$transaction(async (tx) => {
        const data = {
          ...(progress === undefined ? {} : { progress: json(progress) }),
          ...(advanced === true ? { deaths: 0, failures: 0 } : {}),
          ...(report === undefined ? {} : { report: json(report) }),
        }
        const { count } = await tx.job.updateMany({
          where: { id, token, state: { in: [...ACTIVE_STATES] } },
          data: { token, ...data },
        })
        if (count === 0) return false
        if (report !== undefined) await keepFoundPolicy(tx, id, report)
        if (events.length > 0)
          await tx.event.createMany({
            data: events.map(({ type, data: value }) => ({ jobId: id, type, data: json(value) })),
          })
        if (metrics.length > 0) {
          const rows = metrics.map(({ key, step, value }) => Prisma.sql`(${id}, ${key}, ${step}, ${value})`)
          await tx.$executeRaw`INSERT INTO "Metric" ("jobId", "key", "step", "value") VALUES ${Prisma.join(rows)} ON CONFLICT ("jobId", "key", "step") DO UPDATE SET "value" = EXCLUDED."value"`
        }
        if (checkpoint !== undefined) await addCheckpoint(tx, id, checkpoint)
        if (artifact !== undefined)
          await tx.artifact.upsert({
            where: { jobId_kind: { jobId: id, kind: artifact.kind } },
            create: { jobId: id, ...artifact },
            update: { ...artifact, createdAt: new Date() },
          })
        return true
      }),
    ...historyStore(prisma),
    artifacts: async (jobId) =>
      (await prisma.artifact.findMany({ where: { jobId }, orderBy: { kind: 'asc' } })).map(artifactOf),
    async artifact(jobId, kind) {
      const row = await prisma.artifact.findUnique({ where: { jobId_kind: { jobId, kind } } })
      return row === null ? undefined : { ...artifactOf(row), blobKey: row.blobKey }
    },

    async relayOutbox(send) {
      return prisma.$transaction(async (tx) => {
        const rows = await tx.$queryRaw<
          ({ id: bigint } & Message)[]
        >`SELECT "id", "kind", "ref", "token" FROM "Outbox" ORDER BY "id" LIMIT 100 FOR UPDATE SKIP LOCKED`
        if (rows.length === 0) return 0
        await send(rows.map(({ kind, ref, token }) => ({ kind, ref, token })))
        await tx.outbox.deleteMany({ where: { id: { in: rows.map((row) => row.id) } } })
        return rows.length
      })
    },

    ...idempotencyStore(prisma),
    ...watching(prisma),
    usage: (teamId) => usageOf(prisma, teamId),
    async ready() {
      await prisma.$queryRaw`SELECT 1`
    },
    close: () => prisma.$disconnect(),
  }
}
