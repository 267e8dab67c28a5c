import { Client } from 'pg'
import { startStore, type StoreUnderTest } from './service.ts'

export const GIB = 2 ** 30
export const CPU = { name: 'CPU', kind: 'cpu', memoryBytes: 8 * GIB } as const
export const GPU = { name: 'GPU', kind: 'gpu', memoryBytes: 80 * GIB } as const

/** A store with its database beside it, as the owner sees it. */
export interface StoreWithDatabase extends StoreUnderTest {
  database: Client
  /** Takes away what a test has queued and registered. */
  empty(): Promise<void>
  stop(): Promise<void>
}

export async function startStoreWithDatabase(): Promise<StoreWithDatabase> {
  const started = await startStore()
  const database = new Client({ connectionString: started.service.database.url })
  await database.connect()
  return {
    ...started,
    database,
    async empty() {
      await database.query('DELETE FROM "Job"; DELETE FROM "Worker"; DELETE FROM "Outbox"')
    },
    async stop() {
      await database.end()
      await started.service.stop()
    },
  }
}
