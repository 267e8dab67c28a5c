import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'

export const newJobRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/new-job',
    component: lazyRouteComponent(() => import('./new-job-page.tsx'), 'NewJobPage'),
  }),
] as const
