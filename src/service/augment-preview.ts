import { AppError } from '../errors.ts'
import { jobSpecs, type JobSpecsDependencies } from './job-specs.ts'
import type { AugmentPreview } from './ports/images.ts'
import { withHeld } from './model-files.ts'
import type { BlobFiles } from './ports/blobs.ts'
import type { Caller } from './ports/caller.ts'

export interface PreviewRequest {
  dataset: string
  augment: unknown
  size?: number
  seed: number
  rows: number
  columns: number
}

interface PreviewDependencies extends JobSpecsDependencies {
  files: BlobFiles
  augmentPreview: AugmentPreview
}

/** What augmentations make of a team's images. */
export function augmentPreviewService(dependencies: PreviewDependencies) {
  const { store, files, augmentPreview } = dependencies
  const specs = jobSpecs(dependencies)
  return {
    /** A grid of training images and of what the augmentations make of them, as PNG, at the size that a job would have. */
    async previewAugment(caller: Caller, { dataset, augment, size, ...grid }: PreviewRequest): Promise<Buffer> {
      const { datasetId, facts } = await specs.dataset(caller, { dataset })
      const { spec } = await specs.resolve(caller, { augment }, { facts })
      const key = await store.packedKey(caller.teamId, datasetId)
      if (key === undefined) throw new AppError('wrong_state', `Data set ${datasetId} has no images yet.`)
      return withHeld(files, async (held) =>
        augmentPreview(await held.folder(key, 'on-demand'), {
          ...grid,
          augment: spec.augment,
          size: size ?? spec.image.size,
          channels: facts.channels,
          background: spec.image.background ?? 'black',
        }),
      )
    },
  }
}
