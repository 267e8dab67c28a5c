import type { Client } from 'pg'

/** From here on, simulated time is counted. */
const START = Date.UTC(2026, 0, 5)

/**
 * The database's clock as a row of a table, for connections of the URL that this gives: their search path finds a `clock_timestamp()` that
 * reads it before PostgreSQL's own. The product's statements are what they are.
 */
export async function simulateClock(database: Client, databaseUrl: string): Promise<string> {
  await database.query(`
    CREATE SCHEMA simulation;
    CREATE TABLE simulation.clock (at timestamptz NOT NULL);
    CREATE FUNCTION simulation.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT at FROM simulation.clock'`)
  await database.query('INSERT INTO simulation.clock VALUES ($1)', [new Date(START)])
  const url = new URL(databaseUrl)
  url.searchParams.set(
    'options',
    '-c search_path=simulation,pg_catalog,public -c synchronous_commit=off -c TimeZone=UTC',
  )
  return url.href
}

/** @param seconds from the start */
export const timeAt = (seconds: number): Date => new Date(START + seconds * 1000)

export async function setClock(database: Client, seconds: number): Promise<void> {
  await database.query('UPDATE simulation.clock SET at = $1', [timeAt(seconds)])
}
