import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'

interface AugmentationSearch {
  dataset?: string
  /** A saved policy to begin with. */
  policy?: string
}

interface PolicySearch {
  dataset?: string
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

export const policyRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/augmentation',
    validateSearch: ({ dataset, policy }: Record<string, unknown>): AugmentationSearch => ({
      dataset: textOf(dataset),
      policy: textOf(policy),
    }),
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
    validateSearch: ({ dataset }: Record<string, unknown>): PolicySearch => ({ dataset: textOf(dataset) }),
    component: lazyRouteComponent(() => import('./policy-page.tsx'), 'PolicyPage'),
  }),
] as const
