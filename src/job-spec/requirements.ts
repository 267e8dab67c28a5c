import { AppError, type ErrorDetail } from '../errors.ts'
import { models } from '../zoo/models/registry.ts'
import type { ComponentSpec } from './components.ts'
import type { DatasetStatistics } from './defaults.ts'
import { invalidSpec, type ParsedSpec } from './parse.ts'
import type { ResolvedSpec } from './schema.ts'
import { lookUp } from '../zoo/look-up.ts'

/** @throws AppError `class_count_mismatch` */
export function requireClasses({ classes }: ParsedSpec, facts: DatasetStatistics): void {
  const found = facts.classes.length
  if (classes === undefined || classes === found) return
  throw new AppError('class_count_mismatch', `The spec has ${classes} classes; the data set has ${found}.`, {
    errors: [{ pointer: '/classes', detail: `must be ${found}, the data set’s number of classes` }],
  })
}

/** @throws AppError `image_size_unsupported` */
export function requireSize({ name, ...options }: ComponentSpec, size: number, pointer = '/image/size'): void {
  const minimum = lookUp(models, name).minimumSize(options)
  if (size >= minimum) return
  throw new AppError(
    'image_size_unsupported',
    `${name} needs images of at least ${minimum}×${minimum} pixels, not ${size}×${size}.`,
    {
      errors: [{ pointer, detail: `must be at least ${minimum} for ${name}` }],
    },
  )
}

/** @throws AppError `invalid_spec` */
export function requireBatch(batchSize: number, { counts }: DatasetStatistics, pointer = '/batchSize'): void {
  if (batchSize <= counts.train) return
  const errors: ErrorDetail[] = [{ pointer, detail: `must be at most ${counts.train}, the number of training images` }]
  throw new AppError(
    'invalid_spec',
    `A batch of ${batchSize} images is more than the ${counts.train} training images.`,
    { errors },
  )
}

/** @throws AppError `invalid_spec` where nothing can be measured, or where stages share the budget */
export function requireEarlyStopping(
  { earlyStopping, stages = [] }: Pick<ResolvedSpec, 'earlyStopping' | 'stages'>,
  { counts }: DatasetStatistics,
): void {
  if (earlyStopping === undefined) return
  const pointer = '/earlyStopping'
  if (counts.val === 0)
    throw invalidSpec([{ pointer, detail: 'needs validation images, of which the data set has none' }])
  if (stages.length > 1)
    throw invalidSpec([{ pointer, detail: 'is for runs of one stage: the stages have fixed shares of the budget' }])
}

/** Micro-batches have the same size, and two images at least, as batch norms need. */
export function requireMicroBatches({ accumulation }: ComponentSpec, batchSize: number, pointer = '/optimizer'): void {
  const parts = Number(accumulation)
  if (batchSize % parts === 0 && batchSize / parts >= 2) return
  throw invalidSpec([
    {
      pointer: `${pointer}/accumulation`,
      detail: `must divide the batch of ${batchSize} images into equal parts of two or more`,
    },
  ])
}
