import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'
import { jobSearch } from './search.ts'

export const jobRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/jobs/$id',
    validateSearch: jobSearch,
    component: lazyRouteComponent(() => import('./job-page.tsx'), 'JobPage'),
  }),
] as const
