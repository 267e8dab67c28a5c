import { AppError } from '../../errors.ts'
import { shuffle, type rngFor } from '../../zoo/rng.ts'
import type { Split } from '../../job-spec/splits.ts'
import { groupBy } from './group-by.ts'

const HELD_OUT_FRACTION = 0.1

/** Moves a stratified fraction of the training images to a split that is empty; equal images stay together. */
export function draw(
  images: { label: number; split: Split; hash: string }[],
  split: 'val' | 'test',
  rng: ReturnType<typeof rngFor>,
  limit: number,
): boolean {
  if (images.some((image) => image.split === split)) return false
  const training = images.filter((image) => image.split === 'train')
  const fraction = Math.min(HELD_OUT_FRACTION, limit / training.length)
  const byLabel = groupBy(training, (image) => image.label)
  const taken = new Set<string | undefined>()
  for (const [, group] of [...byLabel].sort(([a], [b]) => a - b)) {
    const order = shuffle(Int32Array.from(group.keys()), rng)
    const count = group.length < 3 ? 0 : Math.max(1, Math.round(group.length * fraction))
    for (const i of order.subarray(0, count)) taken.add(group[i]?.hash)
  }
  for (const image of training) if (taken.has(image.hash)) image.split = split
  return true
}

/** @throws AppError `split_leakage` naming the first pairs when one image is in two splits. */
export function findDuplicates(images: readonly { path: string; hash: string; split: Split }[]): string[][] {
  const groups = [...groupBy(images, (image) => image.hash).values()].filter((group) => group.length > 1)
  const leaks = groups.filter((group) => new Set(group.map((image) => image.split)).size > 1)
  if (leaks.length > 0) {
    const pairs = leaks.slice(0, 3).map((group) => {
      const other = group.find((image) => image.split !== group[0]?.split)
      return `${group[0]?.path} and ${other?.path}`
    })
    throw new AppError(
      'split_leakage',
      `${leaks.length} ${leaks.length === 1 ? 'image is' : 'images are'} in two splits: ${pairs.join('; ')}. Every image may be in one split only.`,
    )
  }
  return groups.map((group) => group.map((image) => image.path))
}
