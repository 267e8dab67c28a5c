import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'
import { ADMIN_TABS, type AdminTab } from './admin-tabs.ts'

const isTab = (value: unknown): value is AdminTab => ADMIN_TABS.some((tab) => tab === value)

export const adminRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/admin',
    validateSearch: ({ tab }: Record<string, unknown>): { tab: AdminTab } => ({ tab: isTab(tab) ? tab : 'teams' }),
    component: lazyRouteComponent(() => import('./admin-page.tsx'), 'AdminPage'),
  }),
] as const
