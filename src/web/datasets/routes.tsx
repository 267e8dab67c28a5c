import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'

export const datasetRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/datasets',
    component: lazyRouteComponent(() => import('./datasets-page.tsx'), 'DatasetsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/datasets/$id',
    component: lazyRouteComponent(() => import('./dataset-page.tsx'), 'DatasetPage'),
  }),
] as const
