import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'

export const policyRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/augmentation',
    component: lazyRouteComponent(() => import('./augmentation-page.tsx'), 'AugmentationPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/policies',
    component: lazyRouteComponent(() => import('./policies-page.tsx'), 'PoliciesPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/policies/$name',
    component: lazyRouteComponent(() => import('./policy-page.tsx'), 'PolicyPage'),
  }),
] as const
