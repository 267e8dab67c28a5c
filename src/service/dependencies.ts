import type { JobSpecsDependencies } from './job-specs.ts'
import type { BlobFiles, Blobs } from './ports/blobs.ts'
import type { FairShareSettings } from './ports/fair-share.ts'
import type { AugmentPreview, ComparePacked, DatasetZip, PackedImageFile, PackedItems } from './ports/images.ts'
import type { ModelRuntime } from './ports/models.ts'
import type { Queue } from './ports/queue.ts'
import type { Store } from './ports/store.ts'
import type { Sealer } from './sealing.ts'

export interface ModelServiceDependencies {
  store: Store
  blobs: Blobs
  files: BlobFiles
  models: ModelRuntime
  packedImageFile: PackedImageFile
  packedItems: PackedItems
  comparePacked: ComparePacked
  /** Folder that exists, for files of a request. */
  scratchDir: string
}

/** What the use cases need of the outside. */
export interface ServiceDependencies extends ModelServiceDependencies, JobSpecsDependencies {
  queue: Queue
  /** How device time is divided between teams. */
  fairShare: FairShareSettings
  /** How long a resumable upload is kept after its last piece. */
  uploadKeptMs: number
  /** How long what was deleted is kept in the trash; 0: not at all. */
  trashMs: number
  /** Hosts that data sets may be imported from. */
  importHosts: readonly string[]
  /** Hosts that webhooks may name. */
  webhookHosts: readonly string[]
  /** For the secrets of webhooks. */
  sealer: Sealer
  augmentPreview: AugmentPreview
  datasetZip: DatasetZip
  now: () => number
}

export interface Dependencies extends ServiceDependencies {
  /** Sends what the outbox holds, soon. */
  relay: () => void
}
