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
import { outbox } from './outbox.ts'
import { policyStore } from './policies.ts'
import { NO_QUOTA } from './quota.ts'
import { removedBlobs } from './removed-blobs.ts'
import { sweepStore } from './sweeps.ts'
import { serviceConnection, teamConnection, withEveryTeam } from './team-connection.ts'
import { teamStore } from './teams.ts'
import { uploadStore } from './uploads.ts'

/**
 * What the API calls before it knows a team, or for the streams and queues of all teams: these functions alone run as the service role. Each
 * returns what a team may not read to no caller: keys by their hash, states of jobs whose readers were checked, messages and blobs of nobody.
 */
const FOR_EVERY_TEAM = [
  'createTeam',
  'callerByKeyHash',
  'validKeys',
  'watched',
  'watchedEvents',
  'relayOutbox',
  'removedBlobs',
  'forgetRemovedBlobs',
  'postponeRemovedBlobs',
] as const satisfies readonly (keyof Store)[]

/** The truth, on PostgreSQL, for workers and operators: the role of `serviceUrl` sees every team's rows. */
export const openStore = (serviceUrl: string, quota: Quota = NO_QUOTA): Store =>
  storeOn(new PrismaClient({ adapter: serviceConnection(serviceUrl) }), quota)

/**
 * The same for the API: within `withinTeam` the database shows that team's rows, outside of it none.
 * @param urls `databaseUrl` of a role that is held to one team; `serviceUrl` of one that sees all, for the functions named above
 */
export function openTeamStore(urls: { databaseUrl: string; serviceUrl: string }, quota: Quota = NO_QUOTA): Store {
  const store = storeOn(new PrismaClient({ adapter: teamConnection(urls) }), quota)
  const forEveryTeam = FOR_EVERY_TEAM.map((name) => {
    const run = store[name] as (...input: unknown[]) => unknown
    return [name, (...input: unknown[]) => withEveryTeam(() => run(...input))]
  })
  return { ...store, ...(Object.fromEntries(forEveryTeam) as Partial<Store>) }
}

/** Every change of a job's or data set's state is one statement conditional on the old state and the token. */
function storeOn(prisma: PrismaClient, quota: Quota): Store {
  const history = historyStore(prisma)
  return {
    ...teamStore(prisma, quota),
    ...datasetStore(prisma, quota),
    ...datasetClaims(prisma),
    ...uploadStore(prisma, quota),
    ...jobStore(prisma, quota),
    ...jobClaims(prisma),
    ...history,
    watchedEvents: history.events,
    ...checkpointStore(prisma),
    ...sweepStore(prisma, quota),
    ...policyStore(prisma),
    ...outbox(prisma),
    ...deletion(prisma),
    ...removedBlobs(prisma),
    ...idempotencyStore(prisma),
    async ready() {
      await prisma.$queryRaw`SELECT 1`
    },
    close: () => prisma.$disconnect(),
  }
}
