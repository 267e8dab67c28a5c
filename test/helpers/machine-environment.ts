import { join } from 'node:path'
import type { Machines } from './machines.ts'
import { BUCKET, type startS3 } from './s3-server.ts'
import type { ServiceUnderTest } from './service.ts'

/** Where the API of a machine listens. */
export const API_PORT = 8080

interface Parts {
  service: ServiceUnderTest
  machines: Machines
  s3: Pick<Awaited<ReturnType<typeof startS3>>, 'location'>
}

/** What the roles on machines of their own are started with: a database, a queue and a bucket that all of them reach, and nothing else shared. */
export async function machineEnvironment({ service, machines, s3 }: Parts): Promise<Record<string, string>> {
  const moved = async (address: string): Promise<string> => {
    const there = new URL(address)
    there.port = String(await machines.serve(Number(there.port)))
    there.hostname = machines.host
    return there.href
  }
  return {
    DATABASE_URL: await moved(service.database.applicationUrl),
    ANNEAL_WORKER_DATABASE_URL: await moved(service.database.workerUrl),
    REDIS_URL: await moved(service.redis.url),
    BLOB_URL: `s3://${BUCKET}/anneal`,
    ANNEAL_BLOB_S3_ENDPOINT: await moved(s3.location.endpoint ?? ''),
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
    // The same folder everywhere, and another one on each machine.
    ANNEAL_HOME: join(service.folder, 'home'),
    ANNEAL_LOG_LEVEL: 'warn',
    ANNEAL_HOST: '0.0.0.0',
    ANNEAL_PORT: String(API_PORT),
  }
}
