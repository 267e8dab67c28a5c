import type { FairShareSettings } from '../service/ports/fair-share.ts'
import type { JobStore } from '../service/ports/jobs.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { Job } from '../service/resources.ts'
import type { PrismaClient } from './generated/client.ts'
import { batchedByTeam, writtenTogether } from './gathered.ts'
import { createJobs } from './job-creation.ts'
import { openDependencies } from './job-dependencies.ts'
import { JOB_COLUMNS, JOB_DATASET, listJobs } from './job-lists.ts'
import { ask } from './job-moves.ts'
import { tagJob } from './job-tags.ts'
import { jobOf, transitionOf } from './rows.ts'

const JOBS_PER_TRANSACTION = 32

/** Jobs as a team submits, reads and steers them. */
export function jobStore(prisma: PrismaClient, quota: Quota, fair: FairShareSettings): JobStore {
  return {
    createJob: writtenTogether((jobs) => createJobs(prisma, quota, jobs), JOBS_PER_TRANSACTION),
    job: batchedByTeam((teamId, ids) => jobsById(prisma, teamId, ids)),
    jobs: (teamId, request) => listJobs(prisma, teamId, request),
    transitions: async (jobId) =>
      (await prisma.transition.findMany({ where: { jobId }, orderBy: { id: 'asc' } })).map(transitionOf),
    async report(teamId, id) {
      return (await prisma.job.findFirst({ where: { teamId, id }, select: { report: true } }))?.report ?? undefined
    },
    updateJob: async (teamId, id, changes) => {
      const state = changes.priority === undefined ? {} : { state: { in: ['queued', 'paused'] } }
      return (await prisma.job.updateMany({ where: { id, teamId, ...state }, data: changes })).count === 1
    },
    tagJob: (teamId, id, tags) => prisma.$transaction((tx) => tagJob(tx, { teamId, id }, tags)),
    openDependencies: (id) => openDependencies(prisma, id),
    requestJobAction: (teamId, id, action) => prisma.$transaction((tx) => ask(tx, { teamId, id, action, fair })),
  }
}

async function jobsById(prisma: PrismaClient, teamId: string, ids: readonly string[]): Promise<Map<string, Job>> {
  const rows = await prisma.$queryRaw<Parameters<typeof jobOf>[0][]>`
    SELECT ${JOB_COLUMNS}, ${JOB_DATASET} FROM "Job" AS job WHERE job."id" = ANY(${[...ids]}) AND job."teamId" = ${teamId}`
  return new Map(rows.map((row) => [row.id, jobOf(row)]))
}
