import { PrismaPg } from '@prisma/adapter-pg'
import { FAIR_SHARE, type FairShareSettings } from '../service/ports/fair-share.ts'
import type { Store } from '../service/ports/store.ts'
import type { Quota } from '../service/ports/teams.ts'
import { keyStore } from './api-keys.ts'
import { auditStore } from './audit.ts'
import { checkpointStore } from './checkpoints.ts'
import { datasetClaims } from './dataset-claims.ts'
import { datasetStore } from './datasets.ts'
import { deletion } from './deletion.ts'
import { PrismaClient } from './generated/client.ts'
import { usageStore } from './device-usage.ts'
import { historyStore } from './history.ts'
import { idempotencyStore } from './idempotency.ts'
import { jobClaims } from './job-claims.ts'
import { jobStore } from './jobs.ts'
import { throughputStore } from './like-runs.ts'
import { listenForChanges } from './listen.ts'
import { logStore } from './logs.ts'
import { memberStore } from './members.ts'
import { oneQueryAtATime } from './one-query-at-a-time.ts'
import { outbox } from './outbox.ts'
import { policyStore } from './policies.ts'
import { NO_QUOTA } from './quota-limits.ts'
import { queueView } from './queue-snapshot.ts'
import { removedBlobs } from './removed-blobs.ts'
import { sessionStore } from './sessions.ts'
import { sweepStore } from './sweeps.ts'
import { teamStore } from './teams.ts'
import { uploadStore } from './uploads.ts'
import { webhookClaims } from './webhook-claims.ts'
import { webhookStore } from './webhooks.ts'

/** The truth, on PostgreSQL. Every change of a job's or data set's state is one statement conditional on the old state and the token. */
export function openStore(databaseUrl: string, quota: Quota = NO_QUOTA, fair: FairShareSettings = FAIR_SHARE): Store {
  const prisma = new PrismaClient({
    adapter: oneQueryAtATime(new PrismaPg({ connectionString: databaseUrl, max: 10, connectionTimeoutMillis: 5000 })),
  })
  const listener = listenForChanges(databaseUrl)
  return {
    ...teamStore(prisma, quota),
    ...keyStore(prisma, quota),
    ...memberStore(prisma),
    ...sessionStore(prisma),
    ...auditStore(prisma),
    ...usageStore(prisma),
    ...throughputStore(prisma),
    ...queueView(prisma, quota, fair),
    ...datasetStore(prisma, quota),
    ...datasetClaims(prisma),
    ...uploadStore(prisma, quota),
    ...jobStore(prisma, quota, fair),
    ...jobClaims(prisma, quota, fair),
    ...historyStore(prisma),
    ...checkpointStore(prisma),
    ...sweepStore(prisma, quota, fair),
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
