import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'
import { modelSearch, predictionsSearch } from './search.ts'

export const modelRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/models',
    component: lazyRouteComponent(() => import('./models-page.tsx'), 'ModelsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/models/$name',
    validateSearch: modelSearch,
    component: lazyRouteComponent(() => import('./model-page.tsx'), 'ModelPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/predictions',
    validateSearch: predictionsSearch,
    component: lazyRouteComponent(() => import('./predictions-page.tsx'), 'PredictionsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/predictions/$id',
    component: lazyRouteComponent(() => import('./prediction-page.tsx'), 'PredictionPage'),
  }),
] as const
