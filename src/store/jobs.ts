import type { FairShareSettings } from '../service/ports/fair-share.ts'
import type { JobStore } from '../service/ports/jobs.ts'
import type { Quota } from '../service/ports/teams.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { ask } from './job-moves.ts'
import { older, page } from './pages.ts'
import { json } from './prisma-types.ts'
import { requireDeviceHours, requireQuota } from './quota.ts'
import { jobOf, jobSummaryOf, PUBLIC_JOB, transitionOf } from './rows.ts'
import { requireReady, useCheckpoints } from './submission.ts'

/** As `PUBLIC_JOB` has them, for the read that clients poll: one query, where Prisma would send two. */
const PUBLIC_COLUMNS = Prisma.raw(
  Object.values(Prisma.JobScalarFieldEnum)
    .filter((name) => !(name in PUBLIC_JOB.omit))
    .map((name) => `job."${name}"`)
    .join(', '),
)

/** Jobs as a team submits, reads and steers them. */
export function jobStore(prisma: PrismaClient, quota: Quota, fair: FairShareSettings): JobStore {
  return {
    createJob: (job) =>
      prisma.$transaction(async (tx) => {
        const { spec, reasons, warnings = [], task, ...plain } = job
        await requireQuota(tx, { quota, teamId: job.teamId, of: 'queuedJobs' })
        await requireDeviceHours(tx, quota, job.teamId)
        const dataset = await requireReady(tx, job.datasetId)
        const row = await tx.job.create({
          data: {
            ...plain,
            state: 'queued',
            spec: json(spec),
            reasons: json(reasons),
            warnings: json(warnings),
            ...(task === undefined ? {} : { task: json(task) }),
          },
        })
        await useCheckpoints(tx, [job])
        await tx.transition.create({ data: { jobId: job.id, to: 'queued' } })
        await tx.outbox.create({ data: { kind: 'job', ref: job.id } })
        return jobOf({ ...row, dataset })
      }),
    async job(teamId, id) {
      const [row] = await prisma.$queryRaw<Parameters<typeof jobOf>[0][]>`
        SELECT ${PUBLIC_COLUMNS}, json_build_object('state', dataset."state", 'number', dataset."number", 'datasetId', dataset."datasetId", 'name', dataset."name") AS "dataset"
        FROM "Job" AS job JOIN "DatasetVersion" AS dataset ON dataset."id" = job."datasetId"
        WHERE job."id" = ${id} AND job."teamId" = ${teamId}`
      return row === undefined ? undefined : jobOf(row)
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
    setPriority: async (teamId, id, priority) =>
      (await prisma.job.updateMany({ where: { id, teamId, state: { in: ['queued', 'paused'] } }, data: { priority } }))
        .count === 1,
    requestJobAction: (teamId, id, action) => prisma.$transaction((tx) => ask(tx, { teamId, id, action, fair })),
  }
}
