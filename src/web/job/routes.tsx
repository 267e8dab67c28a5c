import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'

export const jobRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/jobs/$id',
    component: lazyRouteComponent(() => import('./job-page.tsx'), 'JobPage'),
  }),
] as const
