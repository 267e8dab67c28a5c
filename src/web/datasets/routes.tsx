import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'
import { datasetSearch, datasetsSearch } from './search.ts'

export const datasetRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/datasets',
    validateSearch: datasetsSearch,
    component: lazyRouteComponent(() => import('./datasets-page.tsx'), 'DatasetsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/datasets/$id',
    validateSearch: datasetSearch,
    component: lazyRouteComponent(() => import('./dataset-page.tsx'), 'DatasetPage'),
  }),
] as const
