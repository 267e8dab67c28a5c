import type { NewJob } from '../service/ports/jobs.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { Job } from '../service/resources.ts'
import type { PrismaClient } from './generated/client.ts'
import { dependenciesOf } from './job-dependencies.ts'
import { JOB_COLUMNS } from './job-lists.ts'
import type { Transaction } from './prisma-types.ts'
import { requireQueueRoom } from './quota.ts'
import { jobOf } from './rows.ts'
import { requireReady, useCheckpoints } from './submission.ts'

/** An insert of many large specs would keep the event loop from other calls. */
const JOBS_PER_INSERT = 16

/** A job as it is inserted: also one of a sweep. */
interface InsertedJob extends NewJob {
  blocked?: boolean
  sweepId?: string
  pauseAt?: number
}

type InsertedRow = Omit<Parameters<typeof jobOf>[0], 'dataset'>

/** Jobs of one team, each with what it runs after, its first transition and its message, in one transaction. */
export const createJobs = (prisma: PrismaClient, quota: Quota, jobs: readonly NewJob[]): Promise<Job[]> =>
  prisma.$transaction(async (tx) => {
    const { teamId } = jobs[0]!
    await requireQueueRoom(tx, { quota, teamId, adds: jobs.length })
    const datasets = await requireReady(tx, [...new Set(jobs.map(({ datasetId }) => datasetId))])
    const inserted: InsertedJob[] = []
    const dependencies: { jobId: string; onId: string; outcome: string | null }[] = []
    for (const job of jobs) {
      const named = await dependenciesOf(tx, teamId, job.after ?? [])
      dependencies.push(...named.map((dependency) => ({ jobId: job.id, ...dependency })))
      inserted.push({ ...job, blocked: named.some(({ outcome }) => outcome === null) })
    }
    const rows = await insertJobs(tx, inserted)
    if (dependencies.length > 0) await tx.jobDependency.createMany({ data: dependencies })
    return jobs.map(({ id, datasetId }) => jobOf({ ...rows.get(id)!, dataset: datasets.get(datasetId)! }))
  })

/** Jobs with the checkpoints that they use, their first transitions and their messages. @returns their rows by id */
export async function insertJobs(tx: Transaction, jobs: readonly InsertedJob[]): Promise<Map<string, InsertedRow>> {
  const rows = new Map<string, InsertedRow>()
  for (let from = 0; from < jobs.length; from += JOBS_PER_INSERT) {
    const columns = JSON.stringify(jobs.slice(from, from + JOBS_PER_INSERT).map(columnsOf))
    const inserted = await tx.$queryRaw<InsertedRow[]>`
      INSERT INTO "Job" AS job (
        "id", "teamId", "datasetId", "name", "state", "spec", "specHash", "reasons", "warnings", "kind", "priority", "keyId", "submittedBy",
        "likeness", "task", "tags", "notes", "deadline", "maxRunSeconds", "maxWaitSeconds", "after", "blocked", "forkOf", "sweepId", "pauseAt", "resources", "traceparent")
      SELECT
        "id", "teamId", "datasetId", "name", "state", "spec", "specHash", "reasons", "warnings", "kind", "priority", "keyId", "submittedBy",
        "likeness", "task", "tags", "notes", "deadline", "maxRunSeconds", "maxWaitSeconds", "after", "blocked", "forkOf", "sweepId", "pauseAt", "resources", "traceparent"
      FROM jsonb_populate_recordset(NULL::"Job", ${columns}::jsonb)
      RETURNING ${JOB_COLUMNS}`
    for (const row of inserted) rows.set(row.id, row)
  }
  await useCheckpoints(tx, jobs)
  const ids = jobs.map(({ id }) => id)
  await tx.$executeRaw`
    WITH queued AS (SELECT * FROM unnest(${ids}::text[]) WITH ORDINALITY AS job("id", "number") ORDER BY "number"),
      transition AS (INSERT INTO "Transition" ("jobId", "to") SELECT "id", 'queued' FROM queued)
    INSERT INTO "Outbox" ("kind", "ref") SELECT 'job', "id" FROM queued`
  return rows
}

/** With the table's defaults for what is absent, which a row that is populated from JSON does not have. */
const columnsOf = ({ warnings = [], kind = 'fit', priority = 0, notes = '', ...job }: InsertedJob): object => {
  const { tags = [], after = [], blocked = false, resources = {} } = job
  return { ...job, warnings, kind, priority, notes, tags, after, blocked, resources, state: 'queued' }
}
