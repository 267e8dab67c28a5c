import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { exceeded } from '../service/exceeded-quota.ts'
import type { RequestCounts } from '../service/ports/queue.ts'
import type { Services } from '../service/services.ts'
import { withinTeam } from '../service/team-scope.ts'

const WINDOW_MS = 60_000
/** How long a team's limit is remembered. */
const REMEMBERED_MS = 10_000
const MAX_REMEMBERED = 10_000

/** Limits a team's requests per minute, over all API processes, whichever of its keys and whatever address they use. */
export async function limitRequests(app: FastifyInstance, services: Services, counts: RequestCounts): Promise<void> {
  await app.register(rateLimit, {
    max: rememberedLimits(services),
    timeWindow: WINDOW_MS,
    store: storeOf(counts),
    keyGenerator: ({ caller }) => caller.teamId,
    errorResponseBuilder: (_, { max, ttl }) =>
      exceeded('requestsPerMinute', { used: max, adds: 1, limit: max, freesAt: new Date(Date.now() + ttl) }),
  })
}

function rememberedLimits(services: Services): (request: FastifyRequest) => Promise<number> {
  const known = new Map<string, { limit: number; untilMs: number }>()
  return async ({ caller: { teamId } }) => {
    const remembered = known.get(teamId)
    if (remembered !== undefined && remembered.untilMs > performance.now()) return remembered.limit
    const quota = await withinTeam(teamId, () => services.store.quota(teamId))
    const limit = Math.min(quota?.requestsPerMinute ?? 0, Number.MAX_SAFE_INTEGER)
    if (known.size >= MAX_REMEMBERED) known.clear()
    known.set(teamId, { limit, untilMs: performance.now() + REMEMBERED_MS })
    return limit
  }
}

type Answer = (error: Error | null, result?: { current: number; ttl: number }) => void

/** The library's store, on our counts: one for all routes. */
function storeOf(counts: RequestCounts) {
  return class CountedStore {
    incr(key: string, answer: Answer): void {
      counts.add(key, WINDOW_MS).then(
        ({ count, leftMs }) => answer(null, { current: count, ttl: leftMs }),
        (error: unknown) => answer(error as Error),
      )
    }
    child(): this {
      return this
    }
  }
}
