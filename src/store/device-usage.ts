import { AppError } from '../errors.ts'
import type { UsageDimension, UsageStore } from '../service/ports/usage.ts'
import type { UsageRow } from '../service/scheduling-resources.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { cursor } from './pages.ts'

const COLUMNS: Readonly<Record<UsageDimension, Prisma.Sql>> = {
  day: Prisma.sql`to_char("day", 'YYYY-MM-DD')`,
  job: Prisma.sql`"jobId"`,
  person: Prisma.sql`"person"`,
  key: Prisma.sql`"keyId"`,
  device: Prisma.sql`"deviceKind"`,
}

type Row = Partial<Record<UsageDimension, string>> & { seconds: number; jobs: number }

/** Device time as it was metered, added up by what is asked for. Deleted jobs stay in it. */
export function usageStore(prisma: PrismaClient): UsageStore {
  return {
    async deviceUsage(teamId, { by, from, to, limit, after }) {
      const columns = by.map((name) => COLUMNS[name])
      const named = by.map((name, i) => Prisma.sql`${columns[i] ?? Prisma.empty} AS ${Prisma.raw(`"${name}"`)}`)
      const key = Prisma.sql`(${Prisma.join(columns)})`
      const later =
        after === undefined ? Prisma.empty : Prisma.sql`AND ${key} > (${Prisma.join(positionOf(after, by.length))})`
      const rows = await prisma.$queryRaw<Row[]>`
        SELECT ${Prisma.join(named)}, sum("seconds") AS "seconds", count(DISTINCT "jobId")::int AS "jobs" FROM "DeviceUsage"
        WHERE "teamId" = ${teamId} AND "day" BETWEEN ${from}::date AND ${to}::date ${later}
        GROUP BY ${Prisma.join(by.map((_, i) => Prisma.raw(String(i + 1))))}
        ORDER BY ${Prisma.join(by.map((_, i) => Prisma.raw(String(i + 1))))} LIMIT ${limit + 1}`
      const data = rows.slice(0, limit)
      const last = data.at(-1)
      const position = JSON.stringify(by.map((name) => last?.[name] ?? ''))
      return { data: data.map(usageOf), nextCursor: rows.length > limit ? cursor(position) : null }
    },
  }
}

const usageOf = ({ day, job, person, key, device, seconds, jobs }: Row): UsageRow => ({
  day: day ?? null,
  job: job ?? null,
  person: known(person),
  key: known(key),
  deviceKind: device ?? null,
  jobs,
  deviceSeconds: Number(seconds.toFixed(3)),
})

/** Empty in the table where it is not known. */
const known = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text)

function positionOf(after: string, length: number): string[] {
  try {
    const position: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'))
    if (Array.isArray(position) && position.length === length && position.every((value) => typeof value === 'string'))
      return position.map((value: string) => value.replaceAll('\0', ''))
  } catch {
    // It is refused below.
  }
  throw new AppError('invalid_request', `The cursor ${JSON.stringify(after)} is not one that was handed out.`, {
    errors: [{ pointer: '/after', detail: 'must be a nextCursor of the same request' }],
  })
}
