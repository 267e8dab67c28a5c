import { AppError } from '../../errors.ts'
import { rngFor } from '../../zoo/rng.ts'
import { placeImages, requireClasses, type Placement } from '../layout.ts'
import { SPLITS, type Split } from '../../job-spec/splits.ts'
import type { SourceLimits } from '../source/budget.ts'
import type { SourceLog } from '../source/source-log.ts'
import type { PixelFindings } from './channels.ts'
import type { Collected, PackedImage, Problem } from './collect.ts'
import { draw, findDuplicates } from './splits.ts'

const MAX_DRAWN_VALIDATION = 5000

export type PlacedImage = PackedImage & { label: number; split: Split }

export interface Placed {
  images: PlacedImage[]
  classes: string[]
  problems: Problem[]
  drawn: Record<'val' | 'test', boolean>
  duplicates: string[][]
}

/** All that a packed data set and its report are made of. */
export interface ToPack extends Omit<Placed, 'images'> {
  images: (PlacedImage & { constant: boolean })[]
  findings: PixelFindings
  channels: 1 | 3
  workingSize: number
  files: number
  log: SourceLog
}

/**
 * Gives every image its class and split, and draws the splits that are not given.
 * @throws AppError `dataset_*` or `split_leakage`
 */
export function place({ images, problems, labels }: Collected, seed: number, limits: SourceLimits): Placed {
  const placements = placeImages(
    images.map((image) => image.path),
    labels,
  )
  const known: (PackedImage & { placement: Placement })[] = []
  const setAside = [...problems]
  for (const image of images) {
    const placement = placements.get(image.path)
    if (placement === undefined)
      setAside.push({
        file: image.path,
        code: 'image_unlabelled',
        detail: 'The image has no class: it lies in no class folder, or the label file does not name it.',
      })
    else known.push({ ...image, placement })
  }
  const classes = [...new Set(known.map((image) => image.placement.label))].sort(byNumberThenName)
  requireClasses(classes, limits)
  if (classes.length === 0) throw new AppError('dataset_empty', 'No image of the data set has a class.')
  if (classes.length === 1)
    throw new AppError(
      'dataset_one_class',
      `All images belong to one class, ${JSON.stringify(classes[0])}; at least two are needed.`,
    )
  const ids = new Map(classes.map((name, id) => [name, id]))
  const labelled = known
    .map(({ placement, ...image }) => ({
      ...image,
      label: ids.get(placement.label) ?? 0,
      split: placement.split ?? ('train' as const),
    }))
    .sort((a, b) => splitOrder(a, b) || (a.path < b.path ? -1 : 1))
  const duplicates = findDuplicates(labelled)
  const drawn = {
    test: draw(labelled, 'test', rngFor(seed, 1), Infinity),
    val: draw(labelled, 'val', rngFor(seed, 2), MAX_DRAWN_VALIDATION),
  }
  if (!labelled.some((image) => image.split === 'train'))
    throw new AppError('dataset_empty', 'The data set has no training images.')
  labelled.sort(splitOrder)
  return { images: labelled, classes, problems: setAside, drawn, duplicates }
}

const splitOrder = (a: { split: Split }, b: { split: Split }): number =>
  SPLITS.indexOf(a.split) - SPLITS.indexOf(b.split)

const collator = new Intl.Collator('en', { numeric: true })
const byNumberThenName = (a: string, b: string): number => collator.compare(a, b)
