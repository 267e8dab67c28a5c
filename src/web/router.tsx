import type { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, redirect } from '@tanstack/react-router'
import { adminRoutes } from './admin/routes.tsx'
import { compareRoutes } from './compare/routes.tsx'
import { datasetRoutes } from './datasets/routes.tsx'
import { jobRoutes } from './job/routes.tsx'
import { jobsRoutes } from './jobs/routes.tsx'
import { modelRoutes } from './models/routes.tsx'
import { newJobRoutes } from './new-job/routes.tsx'
import { policyRoutes } from './policies/routes.tsx'
import { rootRoute } from './root-route.tsx'
import { Broken, Missing } from './shell/missing.tsx'
import { sweepRoutes } from './sweeps/routes.tsx'
import { teamRoutes } from './team/routes.tsx'
import { Loading } from './ui/states.tsx'

const home = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    // oxlint-disable-next-line typescript/only-throw-error -- the router's way to lead elsewhere
    throw redirect({ to: '/jobs' })
  },
})

const tree = rootRoute.addChildren([
  home,
  ...jobsRoutes,
  ...jobRoutes,
  ...compareRoutes,
  ...newJobRoutes,
  ...sweepRoutes,
  ...datasetRoutes,
  ...modelRoutes,
  ...policyRoutes,
  ...teamRoutes,
  ...adminRoutes,
])

export const createPageRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPendingComponent: Loading,
    defaultNotFoundComponent: Missing,
    defaultErrorComponent: Broken,
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPageRouter>
  }
}
