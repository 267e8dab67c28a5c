import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { AppError } from '../../errors.ts'
import { withClient } from '../application-role.ts'
import { applyMigrations } from '../migrate.ts'
import { BLOBS, readManifest, tableFile, type BackedUpBlobs, type Manifest } from './manifest.ts'
import { migrationsOf } from './tables.ts'

/**
 * Brings a backup into an empty database and an empty storage of blobs: blobs first, then all rows in one transaction, then the migrations
 * that came after the backup. What fails leaves no rows.
 * @param ownerUrl of the role that is to own the tables
 * @throws AppError `invalid_request` for a backup that is not whole or of a newer version, `conflict` where something is there already
 */
export async function restoreBackup(
  { ownerUrl, blobs }: { ownerUrl: string; blobs: BackedUpBlobs },
  folder: string,
): Promise<Manifest> {
  const manifest = await readManifest(folder)
  await requireWhole(folder, manifest)
  await blobs.requireEmpty()
  await requireEmpty(ownerUrl)
  await blobs.copyFrom(join(folder, BLOBS))
  await applyMigrations(ownerUrl, (name) => manifest.migrations.includes(name))
  await withClient(ownerUrl, async (client) => {
    await requireMigrations(client, manifest)
    await client.query('BEGIN')
    for (const { name, columns } of manifest.tables) await load(client, { name, columns, folder })
    for (const { name, value, isCalled } of manifest.sequences)
      await client.query('SELECT setval($1::regclass, $2, $3)', [client.escapeIdentifier(name), value, isCalled])
    await client.query('COMMIT')
  })
  await applyMigrations(ownerUrl)
  return manifest
}

async function requireWhole(folder: string, { tables }: Manifest): Promise<void> {
  await stat(join(folder, BLOBS))
  for (const { name, sha256 } of tables) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(tableFile(folder, name)), hash)
    if (hash.digest('hex') !== sha256)
      throw new AppError('invalid_request', `${tableFile(folder, name)} is not what was written: its hash differs.`)
  }
}

async function requireEmpty(ownerUrl: string): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    const { rowCount } = await client.query(
      `SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') LIMIT 1`,
    )
    if (rowCount !== 0)
      throw new AppError('conflict', 'The database has tables already: a backup is restored into an empty one.')
  })
}

async function requireMigrations(client: pg.Client, { migrations }: Manifest): Promise<void> {
  const applied = new Set(await migrationsOf(client))
  const unknown = migrations.filter((name) => !applied.has(name))
  if (unknown.length > 0)
    throw new AppError(
      'invalid_request',
      `The backup is of a newer version of Anneal: this one does not have the migrations ${unknown.join(', ')}.`,
    )
}

/**
 * Triggers would write again what other tables of the backup hold, and COPY does not write into tables whose row security binds their owner.
 */
async function load(
  client: pg.Client,
  { name, columns, folder }: { name: string; columns: string[]; folder: string },
): Promise<void> {
  const table = client.escapeIdentifier(name)
  const list = columns.map((column) => client.escapeIdentifier(column)).join(', ')
  const { rows } = await client.query<{ forced: boolean }>(
    'SELECT relforcerowsecurity AS "forced" FROM pg_class WHERE oid = $1::regclass',
    [table],
  )
  const isForced = rows[0]?.forced === true
  await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER${isForced ? ', NO FORCE ROW LEVEL SECURITY' : ''}`)
  const into = client.query(copyFrom(`COPY ${table} (${list}) FROM STDIN`))
  await pipeline(createReadStream(tableFile(folder, name)), createGunzip(), into)
  await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER${isForced ? ', FORCE ROW LEVEL SECURITY' : ''}`)
}
