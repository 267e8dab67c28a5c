import type { FairShareSettings } from '../service/ports/fair-share.ts'
import type { JobStore } from '../service/ports/jobs.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { PrismaClient } from './generated/client.ts'
import { JOB_COLUMNS, JOB_DATASET, listJobs } from './job-lists.ts'
import { ask } from './job-moves.ts'
import { json } from './prisma-types.ts'
import { requireDeviceHours, requireQuota } from './quota.ts'
import { jobOf, PUBLIC_JOB, transitionOf } from './rows.ts'
import { requireReady, useCheckpoints } from './submission.ts'

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
          omit: PUBLIC_JOB.omit,
        })
        await useCheckpoints(tx, [job])
        await tx.transition.create({ data: { jobId: job.id, to: 'queued' } })
        await tx.outbox.create({ data: { kind: 'job', ref: job.id } })
        return jobOf({ ...row, dataset })
      }),
    async job(teamId, id) {
      const [row] = await prisma.$queryRaw<Parameters<typeof jobOf>[0][]>`
        SELECT ${JOB_COLUMNS}, ${JOB_DATASET} FROM "Job" AS job WHERE job."id" = ${id} AND job."teamId" = ${teamId}`
      return row === undefined ? undefined : jobOf(row)
    },
    jobs: (teamId, request) => listJobs(prisma, teamId, request),
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
