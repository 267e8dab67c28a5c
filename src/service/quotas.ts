import { AppError } from '../errors.ts'
import type { TeamOverview, TeamQuota } from './people-resources.ts'
import { requireFound } from './require-found.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { ChangedBy } from './ports/audit.ts'
import type { Store } from './ports/store.ts'
import type { Quota, QuotaChange, Usage } from './ports/teams.ts'
import type { UsageRequest } from './ports/usage.ts'
import type { Page } from './resources.ts'
import type { QuotaState, UsageRow } from './scheduling-resources.ts'
import { withinTeam } from './team-scope.ts'

/** Days of usage that a request may cover. */
const MAX_DAYS = 366
const DAY_MS = 86_400_000

/** Quotas, and what a team uses. */
export function quotaService({ store, now }: { store: Store; now: () => number }) {
  const quotaState = async (teamId: string): Promise<QuotaState> =>
    stateOf(requireFound(await store.quota(teamId), 'team', teamId), await store.usage(teamId))
  async function teamQuota(teamId: string): Promise<TeamQuota> {
    const { weight, limits: own } = requireFound(await store.ownQuota(teamId), 'team', teamId)
    return { weight, own, limits: await quotaState(teamId) }
  }
  return {
    /** Each limit, with what is used of it where that is counted. */
    quota: ({ teamId }: Caller): Promise<QuotaState> => quotaState(teamId),
    /** For operators: all teams, with what each may use and uses. */
    async teamOverviews(page: PageRequest): Promise<Page<TeamOverview>> {
      const { data, nextCursor } = await store.teams(page)
      const quotas = await store.quotasInUse(data.map(({ id }) => id))
      const overviews = data.flatMap((team) => {
        const quota = quotas.get(team.id)
        if (quota === undefined) return []
        const { weight, own, limits, usage } = quota
        return [{ ...team, weight, own, limits: stateOf(limits, usage) }]
      })
      return { data: overviews, nextCursor }
    },
    /** For operators. @throws AppError `not_found` */
    teamQuota: (teamId: string): Promise<TeamQuota> => withinTeam(teamId, () => teamQuota(teamId)),
    /** For operators. @throws AppError `not_found` */
    setQuota: (teamId: string, change: QuotaChange, by: ChangedBy): Promise<TeamQuota> =>
      withinTeam(teamId, async () => {
        await store.setQuota(teamId, change, by)
        return teamQuota(teamId)
      }),
    /** Device time from a day to another; the last thirty days where none is given. */
    async deviceUsage({ teamId }: Caller, request: Partial<UsageRequest> & { limit: number }): Promise<Page<UsageRow>> {
      const to = request.to ?? dayOf(now())
      const from = request.from ?? dayOf(Date.parse(to) - 29 * DAY_MS)
      const days = (Date.parse(to) - Date.parse(from)) / DAY_MS
      if (!(days >= 0 && days < MAX_DAYS && isDay(from) && isDay(to)))
        throw new AppError(
          'invalid_request',
          `Usage from ${from} to ${to}: days of the calendar are expected, at most ${MAX_DAYS}, the first one first.`,
          {
            errors: [{ pointer: '/from', detail: `must be a day at most ${MAX_DAYS - 1} days before /to` }],
          },
        )
      const { by = ['day'], limit, after } = request
      return store.deviceUsage(teamId, { by, from, to, limit, after })
    },
  }
}

function stateOf(limits: Quota, used: Usage): QuotaState {
  const entries = (Object.keys(limits) as (keyof Quota)[]).map((name) => {
    const limit = Number.isFinite(limits[name]) ? limits[name] : null
    return [name, { limit, used: name === 'requestsPerMinute' ? null : used[name] }] as const
  })
  return Object.fromEntries(entries) as QuotaState
}

/** Not a thirtieth of February, which would be read as a day of March. */
const isDay = (day: string): boolean => dayOf(Date.parse(day)) === day

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
