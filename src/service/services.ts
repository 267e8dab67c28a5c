import { augmentPreviewService } from './augment-preview.ts'
import { comparisonService } from './comparison.ts'
import { datasetService } from './datasets.ts'
import type { ServiceDependencies } from './dependencies.ts'
import { jobSpecs } from './job-specs.ts'
import { jobService } from './jobs.ts'
import { modelService } from './models.ts'
import { policyService } from './policies.ts'
import { createRelay } from './relay.ts'
import { sweepService } from './sweep-service.ts'
import { teamService } from './teams.ts'

/** The use cases that the API offers. Another team's id is `not_found`, like one that does not exist. */
export type Services = ReturnType<typeof createServices>

export function createServices(given: ServiceDependencies) {
  const dependencies = { ...given, relay: createRelay(given) }
  return {
    ...{ ...teamService(dependencies), ...datasetService(dependencies), ...jobService(dependencies) },
    ...sweepService(dependencies, dependencies.relay),
    ...augmentPreviewService(dependencies, jobSpecs(dependencies)),
    ...policyService(dependencies),
    ...{ ...modelService(dependencies), ...comparisonService(dependencies), ...given },
  }
}
