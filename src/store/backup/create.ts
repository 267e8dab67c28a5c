import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { AppError } from '../../errors.ts'
import { withClient } from '../application-role.ts'
import { KEEPS_BLOBS } from '../removed-blobs.ts'
import { BLOBS, FORMAT, MANIFEST, tableFile, type BackedUpBlobs, type Manifest } from './manifest.ts'
import { migrationsOf, tablesInOrder, type Table } from './tables.ts'

/**
 * Writes a backup of a running installation into a folder that is empty or new. The rows are those of one snapshot. No blob is removed from
 * before the snapshot until all are copied, so that the backup has each blob that its rows name, and perhaps newer ones.
 * @param serviceUrl of a role that sees every team's rows
 * @throws AppError `conflict` where the folder has files
 */
export async function createBackup(
  { serviceUrl, blobs }: { serviceUrl: string; blobs: BackedUpBlobs },
  folder: string,
): Promise<Manifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((await readdir(folder)).length > 0)
    throw new AppError('conflict', `${folder} is not empty: a backup needs a folder of its own.`)
  return withClient(serviceUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock_shared($1)', [KEEPS_BLOBS])
    const createdAt = new Date().toISOString()
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const migrations = await migrationsOf(client)
    const tables: Manifest['tables'] = []
    for (const table of await tablesInOrder(client)) tables.push({ ...table, ...(await dump(client, table, folder)) })
    const sequences = await sequencesOf(client)
    await client.query('COMMIT')
    const copied = await blobs.copyTo(join(folder, BLOBS))
    // Where the connection was lost meanwhile, so was the lock: this fails then.
    await client.query('SELECT pg_advisory_unlock_shared($1)', [KEEPS_BLOBS])
    const manifest: Manifest = { format: FORMAT, createdAt, migrations, tables, sequences, blobs: copied }
    await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`, { flag: 'wx', flush: true })
    return manifest
  })
}

async function dump(
  client: pg.Client,
  { name, columns }: Table,
  folder: string,
): Promise<{ rows: number; sha256: string }> {
  const list = columns.map((column) => client.escapeIdentifier(column)).join(', ')
  const rows = client.query(copyTo(`COPY (SELECT ${list} FROM ${client.escapeIdentifier(name)}) TO STDOUT`))
  const hash = createHash('sha256')
  const hashed = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  const file = createWriteStream(tableFile(folder, name), { flags: 'wx', mode: 0o600, flush: true })
  await pipeline(rows, createGzip({ level: 3 }), hashed, file)
  return { rows: rows.rowCount ?? 0, sha256: hash.digest('hex') }
}

async function sequencesOf(client: pg.Client): Promise<Manifest['sequences']> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS "name" FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY 1`,
  )
  const sequences: Manifest['sequences'] = []
  for (const { name } of rows) {
    const found = await client.query<{ value: string; isCalled: boolean }>(
      `SELECT last_value::text AS "value", is_called AS "isCalled" FROM ${client.escapeIdentifier(name)}`,
    )
    sequences.push({ name, ...found.rows[0]! })
  }
  return sequences
}
