import { FAIR_SHARE, type FairShareSettings } from '../service/ports/fair-share.ts'
import type { Store } from '../service/ports/store.ts'
import type { Quota } from '../service/ports/teams.ts'
import { keyStore } from './api-keys.ts'
import { attemptStore } from './attempts.ts'
import { auditStore } from './audit.ts'
import { checkpointStore } from './checkpoints.ts'
import { datasetClaims } from './dataset-claims.ts'
import { datasetStore } from './datasets.ts'
import { deletion } from './deletion.ts'
import { gangStore } from './gang-leases.ts'
import { garbageStore } from './garbage.ts'
import { PrismaClient } from './generated/client.ts'
import { usageStore } from './device-usage.ts'
import { historyStore } from './history.ts'
import { idempotencyStore } from './idempotency.ts'
import { jobClaims, type ClaimSettings } from './job-claims.ts'
import { jobStore } from './jobs.ts'
import { throughputStore } from './like-runs.ts'
import { listenForChanges } from './listen.ts'
import { logStore } from './logs.ts'
import { memberStore } from './members.ts'
import { operatorSessionStore } from './operator-sessions.ts'
import { operationsStore } from './operations.ts'
import { outbox } from './outbox.ts'
import { policyStore } from './policies.ts'
import { batchClaims } from './batch-claims.ts'
import { batchStore } from './prediction-batches.ts'
import { NO_QUOTA } from './quota-limits.ts'
import { queueView } from './queue-snapshot.ts'
import { removedBlobs } from './removed-blobs.ts'
import { registryStore } from './registry.ts'
import { retentionStore } from './retention.ts'
import { sessionStore } from './sessions.ts'
import { shareStore } from './shares.ts'
import { storageStore } from './storage.ts'
import { sweepStore } from './sweeps.ts'
import { serviceConnection, teamConnection, withEveryTeam, type Connection } from './team-connection.ts'
import { teamStore } from './teams.ts'
import { TRANSACTION_LIMITS, type TransactionLimits } from './transaction-limits.ts'
import { trashStore } from './trash.ts'
import { uploadStore } from './uploads.ts'
import { webhookClaims } from './webhook-claims.ts'
import { webhookStore } from './webhooks.ts'
import { wholeQueueStore } from './whole-queue.ts'
import { workerStore } from './workers.ts'

/**
 * What the API calls before it knows a team, for operators, or for the streams and queues of all teams: these functions alone run as the
 * service role. Each returns what a team may not read to no caller: keys and sessions by the hash of their secret, also those of operators, teams, the whole queue and the whole audit log
 * to operators, names of teams to those that they share something with, the queue with other teams as numbers, jobs and logs whose readers were let in, workers to operators and their number to teams, messages and blobs of nobody, and sums over all teams.
 */
const FOR_EVERY_TEAM = [
  'createTeam',
  'teams',
  'operatedTeam',
  'quotasInUse',
  'suspendTeam',
  'deleteTeam',
  'trashedTeams',
  'trashedTeam',
  'restoreTeam',
  'wholeAuditLog',
  'keyByHash',
  'validKeys',
  'openSession',
  'openKeySession',
  'session',
  'endSession',
  'openOperatorSession',
  'operatorSession',
  'endOperatorSession',
  'namesOfSharing',
  'queueSnapshot',
  'wholeQueue',
  'followed',
  'followedLogs',
  'operations',
  'registeredWorkers',
  'workers',
  'worker',
  'setWorkerState',
  'candidates',
  'relayOutbox',
  'removedBlobs',
  'forgetRemovedBlobs',
  'postponeRemovedBlobs',
] as const satisfies readonly (keyof Store)[]

/** Of transactions: on a busy machine a call waits for a connection rather than fail. */
const TRANSACTIONS = { maxWait: 10_000, timeout: 30_000 }

/** The truth, on PostgreSQL, for workers and operators: the role of `serviceUrl` sees every team's rows. */
export const openStore = (
  serviceUrl: string,
  quota: Quota = NO_QUOTA,
  fair: FairShareSettings = FAIR_SHARE,
  limits: TransactionLimits = TRANSACTION_LIMITS,
): Store => storeOn(serviceConnection(serviceUrl, limits), { serviceUrl, quota, fair, limits })

/**
 * The same for the API: within `withinTeam` the database shows that team's rows, outside of it none.
 * @param urls `databaseUrl` of a role that is held to one team; `serviceUrl` of one that sees all, for the functions named above
 */
export function openTeamStore(
  urls: { databaseUrl: string; serviceUrl: string },
  quota: Quota = NO_QUOTA,
  fair: FairShareSettings = FAIR_SHARE,
): Store {
  const { serviceUrl } = urls
  const store = storeOn(teamConnection(urls, TRANSACTION_LIMITS), {
    serviceUrl,
    quota,
    fair,
    limits: TRANSACTION_LIMITS,
  })
  const forEveryTeam = FOR_EVERY_TEAM.map((name) => {
    const run = store[name] as (...input: unknown[]) => unknown
    // Awaited within: Prisma begins a query when somebody waits for it.
    return [name, (...input: unknown[]) => withEveryTeam(async () => await run(...input))]
  })
  return { ...store, ...(Object.fromEntries(forEveryTeam) as Partial<Store>) }
}

interface Settings extends ClaimSettings {
  /** Of the connection that hears of changes. */
  serviceUrl: string
}

/** Every change of a job's or data set's state is one statement conditional on the old state and the token. */
function storeOn({ factory, pools, direct }: Connection, { serviceUrl, quota, fair, limits }: Settings): Store {
  const prisma = new PrismaClient({ adapter: factory, transactionOptions: TRANSACTIONS })
  const listener = listenForChanges(serviceUrl)
  return {
    ...teamStore(prisma, quota),
    ...keyStore(prisma, quota),
    ...memberStore(prisma),
    ...sessionStore(prisma),
    ...operatorSessionStore(prisma),
    ...auditStore(prisma),
    ...usageStore(prisma),
    ...throughputStore(prisma),
    ...queueView(prisma, quota, fair),
    ...wholeQueueStore(prisma, quota, fair),
    ...datasetStore(prisma, quota),
    ...datasetClaims(prisma),
    ...uploadStore(prisma, quota),
    ...jobStore(prisma, quota, fair),
    ...jobClaims(prisma, direct, { quota, fair, limits }),
    ...gangStore(prisma),
    ...historyStore(prisma),
    ...attemptStore(prisma),
    ...checkpointStore(prisma),
    ...sweepStore(prisma, quota, fair),
    ...policyStore(prisma),
    ...registryStore(prisma),
    ...batchStore(prisma),
    ...batchClaims(prisma),
    ...shareStore(prisma),
    ...operationsStore(prisma, pools),
    ...workerStore(prisma),
    ...outbox(prisma),
    ...deletion(prisma),
    ...trashStore(prisma),
    ...retentionStore(prisma),
    ...garbageStore(prisma),
    ...storageStore(prisma),
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
