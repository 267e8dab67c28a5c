import type { JobState } from '../service/job-states.ts'
import type { HistoryStore } from '../service/ports/history.ts'
import type { PrismaClient } from './generated/client.ts'
import { metricSeries } from './metric-series.ts'
import { addHistoryPartitions, removeOldHistory } from './old-history.ts'
import { cursor, eventCursor } from './pages.ts'

/** Characters of the events of a page; one event of any length makes a page alone. */
const MAX_PAGE_LENGTH = 2_000_000

interface EventRow {
  id: bigint
  type: string
  data: unknown
  at: Date
  found: bigint
  place: bigint
  length: bigint
}

/** What a job did: its events and its metrics, by pages and by points whose size is bounded. */
export function historyStore(prisma: PrismaClient): HistoryStore {
  return {
    async events(jobId, { limit, after }) {
      const rows = await prisma.$queryRaw<EventRow[]>`
        SELECT * FROM (
          SELECT "id", "type", "data", "at", count(*) OVER () AS found, row_number() OVER (ORDER BY "id") AS place,
            sum(length("data"::text)) OVER (ORDER BY "id") AS length
          FROM (
            SELECT "id", "type", "data", "at" FROM "Event" WHERE "jobId" = ${jobId} AND "id" > ${eventCursor(after)}
            ORDER BY "id" LIMIT ${limit + 1}
          ) AS newest
        ) AS sized
        WHERE place <= ${limit} AND (place = 1 OR length <= ${MAX_PAGE_LENGTH}) ORDER BY "id"`
      const data = rows.map(({ id, type, data: value, at }) => ({
        id: String(id),
        type,
        data: value,
        at: at.toISOString(),
      }))
      const isLast = Number(rows[0]?.found ?? 0) === rows.length
      return { data, nextCursor: isLast ? null : cursor(rows.at(-1)?.id) }
    },
    addHistoryPartitions: () => addHistoryPartitions(prisma),
    removeOldHistory: (keptMs) => removeOldHistory(prisma, keptMs),
    metrics: (jobId, query) => metricSeries(prisma, jobId, query),
    followed: (cursors) => followed(prisma, cursors),
  }
}

/** Events of one job that are read for its live streams at once. */
const MAX_FOLLOWED = 50

interface FollowedRow {
  job: string
  state: JobState
  newest: bigint | null
  id: bigint | null
  type: string
  data: unknown
  at: Date
}

async function followed(
  prisma: PrismaClient,
  cursors: Parameters<HistoryStore['followed']>[0],
): ReturnType<HistoryStore['followed']> {
  if (cursors.length === 0) return []
  const rows = await prisma.$queryRaw<FollowedRow[]>`
    SELECT "Job"."id" AS "job", "state", (SELECT max("Event"."id") FROM "Event" WHERE "Event"."jobId" = "Job"."id") AS "newest", event.*
    FROM unnest(${cursors.map(({ id }) => id)}::text[], ${cursors.map(({ after }) => after ?? null)}::bigint[]) AS cursor("id", "after")
    JOIN "Job" ON "Job"."id" = cursor."id"
    LEFT JOIN LATERAL (
      SELECT "id", "type", "data", "at" FROM "Event" WHERE "jobId" = cursor."id" AND "id" > cursor."after"
      ORDER BY "id" LIMIT ${MAX_FOLLOWED}
    ) AS event ON true
    ORDER BY "Job"."id", event."id"`
  const jobs = new Map<string, Awaited<ReturnType<HistoryStore['followed']>>[number]>()
  for (const { job, state, newest, id, type, data, at } of rows) {
    const found = jobs.get(job) ?? { id: job, state, newest: String(newest ?? 0), events: [] }
    jobs.set(job, found)
    if (id !== null) found.events.push({ id: String(id), type, data, at: at.toISOString() })
  }
  return [...jobs.values()]
}
