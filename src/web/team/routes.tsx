import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'
import { TEAM_TABS, type TeamSearch, type TeamTab } from './team-search.ts'

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 100) : undefined
const isTab = (value: unknown): value is TeamTab => TEAM_TABS.some((tab) => tab === value)

/** What a link to the page carries: the tab, the days of usage, what entries of the audit log are asked for. */
function validateSearch(search: Record<string, unknown>): TeamSearch {
  const kept: TeamSearch = { tab: isTab(search['tab']) ? search['tab'] : 'members' }
  for (const name of ['from', 'to', 'by', 'actor', 'key', 'action', 'resource', 'since', 'until'] as const) {
    const value = text(search[name])
    if (value !== undefined) kept[name] = value
  }
  return kept
}

export const teamRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/team',
    validateSearch,
    component: lazyRouteComponent(() => import('./team-page.tsx'), 'TeamPage'),
  }),
] as const
