import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { blobCopies } from '../../blobs/copies.ts'
import { readConfig, type Config } from '../../config.ts'
import { startPostgres } from '../../embedded/postgres.ts'
import { grantApplication, grantWorker } from '../../store/application-role.ts'
import { createBackup } from '../../store/backup/create.ts'
import type { Manifest } from '../../store/backup/manifest.ts'
import { restoreBackup } from '../../store/backup/restore.ts'
import { quietAwsSdk } from '../aws-sdk.ts'
import { bytesText } from '../bytes-text.ts'
import { findConnections } from '../connections.ts'
import { takeHome } from '../home.ts'

/** `backup create` and `backup restore`: for operators, next to the database and the blobs. */
export function addBackupCommand(program: Command): void {
  const backup = program
    .command('backup')
    .description(
      'all teams, jobs, data sets and checkpoints; for operators, on a machine with the database and the blobs',
    )

  backup
    .command('create')
    .description('write a backup of the installation, which may run meanwhile')
    .argument('<folder>', 'a folder that is empty or new')
    .action(async (folder: string) => {
      const config = readConfig(process.env)
      const { serviceUrl } = await findConnections(config)
      quietAwsSdk()
      const blobs = blobCopies(config)
      process.stdout.write(`Wrote ${told(await createBackup({ serviceUrl, blobs }, resolve(folder)))} to ${folder}.\n`)
    })

  backup
    .command('restore')
    .description('bring a backup into an empty database and an empty storage of blobs, with no service on them')
    .argument('<folder>', 'of `anneal backup create`')
    .action(async (folder: string) => {
      const config = readConfig(process.env)
      quietAwsSdk()
      const blobs = blobCopies(config)
      const manifest =
        config.databaseUrl === undefined
          ? await intoHome(config, (ownerUrl) => restoreBackup({ ownerUrl, blobs }, resolve(folder)))
          : await intoDatabase(config, config.databaseUrl, (ownerUrl) =>
              restoreBackup({ ownerUrl, blobs }, resolve(folder)),
            )
      process.stdout.write(`Restored ${told(manifest)}, as of ${manifest.createdAt}.\n`)
    })
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
