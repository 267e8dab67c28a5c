import { join, resolve } from 'node:path'
import { blobCopies } from '../blobs/copies.ts'
import { readConfig, type Config } from '../config.ts'
import { startPostgres } from '../embedded/postgres.ts'
import { grantApplication, grantWorker } from '../store/application-role.ts'
import { createBackup } from '../store/backup/create.ts'
import type { Manifest } from '../store/backup/manifest.ts'
import { restoreBackup } from '../store/backup/restore.ts'
import { bytesText } from './bytes-text.ts'
import { findConnections } from './connections.ts'
import { takeHome } from './home.ts'
import { show } from './print.ts'

/** Backs up the installation, which may run meanwhile. */
export async function backUp(folder: string): Promise<void> {
  const config = readConfig(process.env)
  const { serviceUrl } = await findConnections(config)
  const manifest = await createBackup({ serviceUrl, blobs: blobCopies(config) }, resolve(folder))
  show({ value: manifest, text: () => `Wrote ${told(manifest)} to ${folder}.\n`, ids: [folder] })
}

/** Brings a backup into an empty database and an empty storage of blobs. */
export async function restore(folder: string): Promise<void> {
  const config = readConfig(process.env)
  const blobs = blobCopies(config)
  const into = (ownerUrl: string): Promise<Manifest> => restoreBackup({ ownerUrl, blobs }, resolve(folder))
  const manifest =
    config.databaseUrl === undefined
      ? await intoHome(config, into)
      : await intoDatabase(config, config.databaseUrl, into)
  show({ value: manifest, text: () => `Restored ${told(manifest)}, as of ${manifest.createdAt}.\n`, ids: [folder] })
}

/** Into the database of `anneal serve`, which is started for it. */
async function intoHome({ home }: Config, restore: (ownerUrl: string) => Promise<Manifest>): Promise<Manifest> {
  const held = await takeHome(home)
  try {
    const postgres = await startPostgres(join(home, 'postgres'))
    try {
      return await restore(postgres.url)
    } finally {
      await postgres.stop()
    }
  } finally {
    await held.release()
  }
}

/** Into a database of the operator's, with the roles of API and workers as `anneal migrate` makes them. */
async function intoDatabase(
  { applicationUrl, workerDatabaseUrl }: Config,
  ownerUrl: string,
  restore: (ownerUrl: string) => Promise<Manifest>,
): Promise<Manifest> {
  const manifest = await restore(ownerUrl)
  if (applicationUrl !== undefined) await grantApplication(ownerUrl, applicationUrl)
  if (workerDatabaseUrl !== undefined) await grantWorker(ownerUrl, workerDatabaseUrl)
  return manifest
}

function told({ tables, blobs }: Manifest): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  return `${rows} rows of ${tables.length} tables and ${blobs.files} files of ${bytesText(blobs.bytes)}`
}
