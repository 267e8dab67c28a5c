import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'

export const sweepRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sweeps',
    component: lazyRouteComponent(() => import('./sweeps-page.tsx'), 'SweepsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sweeps/$id',
    component: lazyRouteComponent(() => import('./sweep-page.tsx'), 'SweepPage'),
  }),
] as const
