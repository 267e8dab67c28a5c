import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'
import { KINDS, type Kind } from './draft.ts'

interface Search {
  dataset?: string
  /** A job to start from. */
  fork?: string
  /** Of that job, where it is not the one that the service would take. */
  checkpoint?: string
  recipe?: string
  kind?: Kind
  /** A saved augmentation policy to train with. */
  policy?: string
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

export const newJobRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/new-job',
    validateSearch: (search: Record<string, unknown>): Search => ({
      dataset: textOf(search['dataset']),
      fork: textOf(search['fork']),
      checkpoint: textOf(search['checkpoint']),
      recipe: textOf(search['recipe']),
      kind: KINDS.find(({ value }) => value === search['kind'])?.value,
      policy: textOf(search['policy']),
    }),
    component: lazyRouteComponent(() => import('./new-job-page.tsx'), 'NewJobPage'),
  }),
] as const
