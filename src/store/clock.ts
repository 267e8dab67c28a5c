import { Prisma } from './generated/client.ts'

/** The database's clock, by which all leases run: a machine whose own is wrong takes nothing from another. */
export const NOW = Prisma.sql`timezone('UTC', clock_timestamp())`

/** So many milliseconds from now. */
export const fromNow = (ms: number): Prisma.Sql => Prisma.sql`${NOW} + ${ms}::float8 * interval '1 millisecond'`
