import type { DatasetRef } from '../service/dataset-ref.ts'
import { versionId } from '../service/dataset-ref.ts'
import type { ListRequest, NameFilter, Sort } from '../service/ports/lists.ts'
import type { Page } from '../service/resources.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { sortCursor, sortedAfter, type SortValue } from './sort-cursor.ts'

export interface SortColumn {
  column: Prisma.Sql
  type: SortValue['type']
}

/** A list: rows of a team that fulfil conditions, in the order of a column and then of their ids, which an index has. */
export interface Listing {
  columns: Prisma.Sql
  from: Prisma.Sql
  id: Prisma.Sql
  conditions: readonly Prisma.Sql[]
  sort: Sort
  by: SortColumn
}

type Sorted<Row> = Row & { id: string; sortedBy: string | number | Date }

/** In a query whose best plan depends on its values, as on how many rows a filter leaves. */
export const PLANNED_FOR_VALUES = '/* planned for its values */'

/** Newest first. */
export const NEWEST = { by: 'created', descending: true } as const satisfies Sort

/** A page, and how it is read further: after the last row's value and id, whatever changes in between. */
export async function listed<Row, T>(
  prisma: Pick<PrismaClient, '$queryRaw'>,
  listing: Listing,
  { limit, after }: { limit: number; after?: string | undefined },
  map: (row: Sorted<Row>) => T,
): Promise<Page<T>> {
  const rows = await prisma.$queryRaw<Sorted<Row>[]>(statement(listing, limit, after))
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  const nextCursor = rows.length > limit && last !== undefined ? sortCursor(listing.sort, last) : null
  return { data: kept.map(map), nextCursor }
}

function statement({ columns, from, id, conditions, sort, by }: Listing, limit: number, after?: string): Prisma.Sql {
  const direction = sort.descending ? Prisma.sql`DESC` : Prisma.sql`ASC`
  const beyond = after === undefined ? [] : [beyondCursor(after, { sort, by, id })]
  const planned = conditions.length > 1 ? Prisma.raw(PLANNED_FOR_VALUES) : Prisma.empty
  const where = Prisma.join([...conditions, ...beyond], ' AND ')
  return Prisma.sql`${planned}
    SELECT ${columns}, ${by.column} AS "sortedBy" FROM ${from} WHERE ${where}
    ORDER BY ${by.column} ${direction}, ${id} ${direction} LIMIT ${limit + 1}`
}

function beyondCursor(after: string, { sort, by, id }: Pick<Listing, 'sort' | 'by' | 'id'>): Prisma.Sql {
  const last = sortedAfter(after, sort, by.type)
  const value = {
    time: Prisma.sql`${last.value}::timestamp`,
    text: Prisma.sql`${last.value}::text`,
    integer: Prisma.sql`${last.value}::integer`,
    number: Prisma.sql`${last.value}::float8`,
  }[by.type]
  const comparison = sort.descending ? Prisma.sql`<` : Prisma.sql`>`
  return Prisma.sql`(${by.column}, ${id}) ${comparison} (${value}, ${last.id})`
}

/** What every list can be filtered by; `table` is its alias, whose columns have the usual names. */
export function usualConditions(
  table: Prisma.Sql,
  { states, name, createdAfter, createdBefore }: ListRequest<string, string>,
): Prisma.Sql[] {
  return [
    ...(states === undefined ? [] : [inList(Prisma.sql`${table}."state"`, states)]),
    ...(name === undefined ? [] : [named(table, name)]),
    ...(createdAfter === undefined ? [] : [Prisma.sql`${table}."createdAt" > ${timestamp(createdAfter)}`]),
    ...(createdBefore === undefined ? [] : [Prisma.sql`${table}."createdAt" < ${timestamp(createdBefore)}`]),
  ]
}

/** Of a row with the columns `datasetId`, of a version, and `datasetKey`. */
export const ofDataset = (table: Prisma.Sql, { id, version }: DatasetRef): Prisma.Sql[] => [
  Prisma.sql`${table}."datasetKey" = ${id}`,
  ...(version === undefined ? [] : [Prisma.sql`${table}."datasetId" = ${versionId(id, version)}`]),
]

const timestamp = (time: Date): Prisma.Sql => Prisma.sql`${time.toISOString().slice(0, -1)}::timestamp`

/** One value is compared for equality, which keeps the order of an index. */
const inList = (column: Prisma.Sql, values: readonly string[]): Prisma.Sql =>
  values.length === 1 ? Prisma.sql`${column} = ${values[0]}` : Prisma.sql`${column} = ANY(${[...values]})`

/** Names are compared by their bytes in lower case: names with a prefix are those between the prefix and the same with the last character appended. */
function named(table: Prisma.Sql, { text, isPrefix }: NameFilter): Prisma.Sql {
  const key = Prisma.sql`${table}."nameKey"`
  if (!isPrefix) return Prisma.sql`${key} = lower(${text})`
  return Prisma.sql`${key} >= lower(${text}) AND ${key} < lower(${text}) || ${'\u{10ffff}'}`
}
