import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../root-route.tsx'
import { brushesIn, type Brushes } from './axes.ts'

const STATES = ['running', 'succeeded', 'failed', 'canceled'] as const
type State = (typeof STATES)[number]

interface ListSearch {
  state?: State
  name?: string
}

interface SweepSearch {
  /** Parts of axes that trials have to be in. */
  brush?: Brushes
  /** The field of the scatter plot. */
  field?: string
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

export const sweepRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sweeps',
    validateSearch: ({ state, name }: Record<string, unknown>): ListSearch => ({
      state: STATES.find((each) => each === state),
      name: textOf(name),
    }),
    component: lazyRouteComponent(() => import('./sweeps-page.tsx'), 'SweepsPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sweeps/$id',
    validateSearch: ({ brush, field }: Record<string, unknown>): SweepSearch => ({
      ...(brush === undefined ? {} : { brush: brushesIn(brush) }),
      field: textOf(field),
    }),
    component: lazyRouteComponent(() => import('./sweep-page.tsx'), 'SweepPage'),
  }),
] as const
