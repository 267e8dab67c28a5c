import { splitNamed } from '../../data/layout/split-words.ts'
import { imageFacts } from '../../data/packed/image-facts.ts'
import type { PackedDataset } from '../../data/packed.ts'
import type { Report } from '../../evaluation/report.ts'
import type { Split } from '../../job-spec/splits.ts'
import { argMax, eachImage, type SplitLogits } from '../evaluate/metrics.ts'
import { duplicatesOf } from './duplicates.ts'
import { folderSlices, quantileSlices, sliceScores, type SlicedBy } from './slices.ts'

/** With fewer, nothing can be said of parts of them. */
const MIN_IMAGES = 20

/** Accuracy by what the images of a split are like, and by whether training has seen nearly the same. */
export async function circumstancesOf(
  evaluated: SplitLogits,
  { dataset, split }: { dataset: PackedDataset; split: Split },
): Promise<Pick<Report, 'slices' | 'duplicates'>> {
  const { labels } = evaluated
  const predicted = new Int32Array(labels.length)
  eachImage(evaluated, (logits, _, image) => {
    predicted[image] = argMax(logits)
  })
  const facts = imageFacts(dataset, split)
  const duplicates = await duplicatesOf(dataset, { split, files: facts.files, labels, predicted })
  const { classes, workingSize } = dataset.manifest
  const names = new Set(classes.map((name) => name.toLowerCase()))
  const isOwn = (folder: string): boolean => names.has(folder.toLowerCase()) || splitNamed(folder) !== undefined
  const sliced = labels.length < MIN_IMAGES ? [] : attributesOf(facts, workingSize, isOwn)
  return {
    ...(sliced.length === 0 ? {} : { slices: sliceScores(sliced, { labels, predicted }) }),
    ...(duplicates === undefined ? {} : { duplicates }),
  }
}

function attributesOf(
  { files, widths, heights, brightness }: ReturnType<typeof imageFacts>,
  workingSize: number,
  isOwn: (folder: string) => boolean,
): SlicedBy[] {
  const sides = Float64Array.from(widths, (width, i) => Math.min(width, heights[i] ?? 0))
  const shapes = Float64Array.from(widths, (width, i) => width / (heights[i] ?? 1))
  const attributes: SlicedBy[] = [
    {
      name: 'size',
      description: `Shorter side in pixels, as stored: images of which it is over ${workingSize} are shrunk to that when they are read.`,
      slices: quantileSlices(sides, (value) => String(value)),
    },
    {
      name: 'brightness',
      description: 'Mean luminance of the pixels, from 0 (black) to 1 (white).',
      slices: quantileSlices(brightness, (value) => value.toFixed(2)),
    },
    {
      name: 'aspect',
      description: 'Width over height.',
      slices: quantileSlices(shapes, (value) => value.toFixed(2)),
    },
    {
      name: 'folder',
      description: 'Folder in the upload, without the names of classes and splits.',
      slices: folderSlices(files, isOwn),
    },
  ]
  return attributes.filter(({ slices }) => slices.length > 1)
}
