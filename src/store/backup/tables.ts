import type pg from 'pg'

export interface Table {
  name: string
  /** Not the generated ones, which are computed again. */
  columns: string[]
}

interface ColumnRow {
  table: string
  columns: string[]
}

/** The tables of Anneal, each after those that its foreign keys name, so that rows can be written in this order. */
export async function tablesInOrder(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<ColumnRow>(`
    SELECT relname AS "table", array_agg(attname::text ORDER BY attnum) AS "columns"
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations'
      AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    GROUP BY 1 ORDER BY 1`)
  const { rows: keys } = await client.query<{ from: string; to: string }>(`
    SELECT "from".relname AS "from", "to".relname AS "to" FROM pg_constraint
    JOIN pg_class AS "from" ON "from".oid = conrelid JOIN pg_class AS "to" ON "to".oid = confrelid
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid`)
  const ordered: Table[] = []
  let left = rows.map(({ table, columns }) => ({ name: table, columns }))
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name))
    const free = left.filter(({ name }) => !keys.some(({ from, to }) => from === name && names.has(to)))
    if (free.length === 0) throw new Error(`tables refer to one another in a circle: ${[...names].join(', ')}`)
    ordered.push(...free)
    left = left.filter((table) => !free.includes(table))
  }
  return ordered
}

/** Names of the migrations that a database has, in order. */
export async function migrationsOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT migration_name AS "name" FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}
