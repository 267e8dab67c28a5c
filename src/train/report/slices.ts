import { fisherExact, holm } from '../../evaluation/fisher.ts'
import { wilsonInterval } from '../../evaluation/intervals.ts'
import type { SliceAttribute, SliceScores, Slices } from '../../evaluation/report-parts.ts'

/** Images in one part of an attribute's range. */
export interface Slice {
  name: string
  low?: number
  high?: number
  /** Places in the split. */
  images: readonly number[]
}

export interface SlicedBy {
  name: SliceAttribute
  description: string
  slices: readonly Slice[]
}

const LEVEL = 0.05
const PARTS = 4

/** Scores of slices of a split. */
export function sliceScores(
  attributes: readonly SlicedBy[],
  { labels, predicted }: { labels: Int32Array; predicted: Int32Array },
): Slices {
  const isHit = (image: number): boolean => labels[image] === predicted[image]
  const total = labels.length
  const hits = labels.reduce((sum, _, image) => sum + (isHit(image) ? 1 : 0), 0)
  const recallOf = recalls(labels, predicted)
  const scored = attributes.map(({ name, description, slices }) => ({
    name,
    description,
    slices: slices.map(({ images, ...slice }): SliceScores => {
      const own = images.reduce((sum, image) => sum + (isHit(image) ? 1 : 0), 0)
      const others = total - images.length
      const p = fisherExact({ hits: own, images: images.length, otherHits: hits - own, otherImages: others })
      return {
        ...slice,
        images: images.length,
        accuracy: own / images.length,
        interval: wilsonInterval(own, images.length),
        expected: images.reduce((sum, image) => sum + (recallOf.get(labels[image] ?? 0) ?? 0), 0) / images.length,
        rest: others === 0 ? null : (hits - own) / others,
        p,
        pAdjusted: p,
        differs: false,
      }
    }),
  }))
  const tests = scored.flatMap(({ slices }) => slices)
  const adjusted = holm(tests.map(({ p }) => p))
  tests.forEach((slice, i) => {
    slice.pAdjusted = adjusted[i] ?? 1
    slice.differs = slice.pAdjusted < LEVEL
  })
  return { level: LEVEL, correction: 'holm', tests: tests.length, attributes: scored }
}

function recalls(labels: Int32Array, predicted: Int32Array): Map<number, number> {
  const counts = new Map<number, [images: number, hits: number]>()
  labels.forEach((label, image) => {
    const [images, hits] = counts.get(label) ?? [0, 0]
    counts.set(label, [images + 1, hits + (predicted[image] === label ? 1 : 0)])
  })
  return new Map([...counts].map(([label, [images, hits]]) => [label, hits / images]))
}

/** Four parts of about as many images, or fewer where many have the same value; none where all have. */
export function quantileSlices(values: Float64Array, text: (value: number) => string): Slice[] {
  const sorted = Float64Array.from(values).sort()
  const largest = sorted.at(-1) ?? 0
  if (text(sorted[0] ?? 0) === text(largest)) return []
  const edges = Array.from(
    { length: PARTS - 1 },
    (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / PARTS) - 1] ?? 0,
  )
  const below = sorted.findLast((value) => value < largest) ?? largest
  const ends = [...new Set([...edges.map((edge) => Math.min(edge, below)), largest])]
  const parts = ends.map((): number[] => [])
  values.forEach((value, image) => parts[ends.findIndex((end) => value <= end)]?.push(image))
  return parts
    .filter((images) => images.length > 0)
    .map((images) => {
      const within = images.map((image) => values[image] ?? 0)
      const [low, high] = [Math.min(...within), Math.max(...within)]
      return { name: text(low) === text(high) ? text(low) : `${text(low)}–${text(high)}`, low, high, images }
    })
}

const MAX_FOLDERS = 20
const MIN_FOLDER_IMAGES = 5
const OTHER_FOLDERS = 'other folders'
const TOP_FOLDER = '(top)'

/**
 * Images by the folders that they were in, without those that `isOwn` names, of classes and splits: small ones and those beyond 20 are one slice. None where all
 * are in one.
 */
export function folderSlices(files: readonly string[], isOwn: (folder: string) => boolean): Slice[] {
  const folders = new Map<string, number[]>()
  files.forEach((file, image) => {
    const parts = file.split('/').slice(0, -1)
    const name = parts.filter((part) => !isOwn(part)).join('/') || TOP_FOLDER
    const found = folders.get(name)
    if (found === undefined) folders.set(name, [image])
    else found.push(image)
  })
  if (folders.size < 2) return []
  const byImages = [...folders].sort(([, a], [, b]) => b.length - a.length)
  const large = byImages.filter(([, images], rank) => images.length >= MIN_FOLDER_IMAGES && rank < MAX_FOLDERS)
  const others = byImages.slice(large.length).flatMap(([, images]) => images)
  if (large.length === 0) return []
  return [
    ...large.map(([name, images]) => ({ name, images })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(others.length === 0 ? [] : [{ name: OTHER_FOLDERS, images: others }]),
  ]
}
