import { existsSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgres, type EmbeddedPostgres } from '../../src/embedded/postgres.ts'
import { clusterFolder } from '../../src/embedded/postgres-cluster.ts'
import { grantApplication, grantWorker } from '../../src/store/application-role.ts'
import { applyMigrations } from '../../src/store/migrate.ts'
import { temporaryFolder } from './archives.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with a migrated cluster that has been shut down; empty where PostgreSQL's user cannot reach temporary folders. */
    templateCluster: string
  }
}

/** Nothing waits for the disk: that is for machines that lose power. What was committed outlives a kill of PostgreSQL all the same. */
const SETTINGS = 'fsync = off\nfull_page_writes = off\n'

/** A new cluster over `folder` with all migrations and the roles of API and workers. */
export async function startMigrated(folder: string): Promise<EmbeddedPostgres> {
  await (await startPostgres(folder)).stop()
  await appendFile(join(await clusterFolder(folder), 'postgresql.conf'), SETTINGS)
  const database = await startPostgres(folder)
  await applyMigrations(database.url)
  await grantApplication(database.url, database.applicationUrl)
  await grantWorker(database.url, database.workerUrl)
  return database
}

/** Set-up of a suite: makes and migrates one cluster, whose copies the test files start. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await temporaryFolder()
  await (await startMigrated(folder.path)).stop()
  project.provide('templateCluster', existsSync(join(folder.path, 'data')) ? folder.path : '')
  return folder.remove
}
