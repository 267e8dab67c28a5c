import type { JobSpecsDependencies } from './job-specs.ts'
import type { ModelServiceDependencies } from './models.ts'
import type { AugmentPreview } from './ports/images.ts'
import type { Queue } from './ports/queue.ts'
import type { Quota } from './ports/teams.ts'

/** What the use cases need of the outside. */
export interface ServiceDependencies extends ModelServiceDependencies, JobSpecsDependencies {
  queue: Queue
  /** What each team may have at most. */
  quota: Quota
  augmentPreview: AugmentPreview
  now: () => number
}

export interface Dependencies extends ServiceDependencies {
  /** Sends what the outbox holds, soon. */
  relay: () => void
}
