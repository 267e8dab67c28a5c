import { PrismaPg } from '@prisma/adapter-pg'
import type { Store } from '../service/ports/store.ts'
import type { Quota } from '../service/ports/teams.ts'
import { checkpointStore } from './checkpoints.ts'
import { datasetClaims } from './dataset-claims.ts'
import { datasetStore } from './datasets.ts'
import { deletion } from './deletion.ts'
import { PrismaClient } from './generated/client.ts'
import { historyStore } from './history.ts'
import { idempotencyStore } from './idempotency.ts'
import { jobClaims } from './job-claims.ts'
import { jobStore } from './jobs.ts'
import { listenForChanges } from './listen.ts'
import { logStore } from './logs.ts'
import { oneQueryAtATime } from './one-query-at-a-time.ts'
import { outbox } from './outbox.ts'
import { policyStore } from './policies.ts'
import { NO_QUOTA } from './quota.ts'
import { removedBlobs } from './removed-blobs.ts'
import { sweepStore } from './sweeps.ts'
import { teamStore } from './teams.ts'
import { uploadStore } from './uploads.ts'
import { webhookClaims } from './webhook-claims.ts'
import { webhookStore } from './webhooks.ts'

/** The truth, on PostgreSQL. Every change of a job's or data set's state is one statement conditional on the old state and the token. */
export function openStore(databaseUrl: string, quota: Quota = NO_QUOTA): Store {
  const prisma = new PrismaClient({
    adapter: oneQueryAtATime(new PrismaPg({ connectionString: databaseUrl, max: 10, connectionTimeoutMillis: 5000 })),
  })
  const listener = listenForChanges(databaseUrl)
  return {
    ...teamStore(prisma, quota),
    ...datasetStore(prisma, quota),
    ...datasetClaims(prisma),
    ...uploadStore(prisma, quota),
    ...jobStore(prisma, quota),
    ...jobClaims(prisma),
    ...historyStore(prisma),
    ...checkpointStore(prisma),
    ...sweepStore(prisma, quota),
    ...policyStore(prisma),
    ...outbox(prisma),
    ...deletion(prisma),
    ...removedBlobs(prisma),
    ...idempotencyStore(prisma),
    ...logStore(prisma),
    ...webhookStore(prisma),
    ...webhookClaims(prisma),
    changes: listener,
    async ready() {
      await prisma.$queryRaw`SELECT 1`
    },
    async close() {
      await Promise.all([listener.close(), prisma.$disconnect()])
    },
  }
}
