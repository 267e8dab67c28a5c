import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import { SPLITS, type Split } from '../../job-spec/splits.ts'
import type { ComparePacked } from '../../service/ports/images.ts'
import type { DatasetDifference, ImagePlace } from '../../service/dataset-difference-resources.ts'
import { turns } from '../turns.ts'
import { readManifest } from './folder.ts'
import { itemReader, type Item } from './items.ts'

const ITEMS_PER_READ = 2048
const takeTurn = turns({ working: 1, waiting: 20, what: 'comparisons of data sets' })

/**
 * How the images of two packed data sets differ, told apart by their paths: first those of the later one that were appended or changed, in its
 * order, then those of the earlier one that were removed.
 * @throws AppError `invalid_request` for a cursor that was not handed out; `dataset_corrupt`; `unavailable` when too many wait
 */
export const compareItems: ComparePacked = (before, after, page) => {
  const start = positionOf(page.after)
  return takeTurn(async () => {
    const data: DatasetDifference[] = []
    for await (const { difference, next } of differences(before, after, start)) {
      if (data.length === page.limit) return { data, nextCursor: next }
      data.push(difference)
    }
    return { data, nextCursor: null }
  })
}

type Side = 'later' | 'earlier'
interface Position {
  side: Side
  place: number
}
interface Found {
  difference: DatasetDifference
  /** The cursor of a page that begins with it. */
  next: string
}

async function* differences(before: string, after: string, { side, place }: Position): AsyncGenerator<Found> {
  if (side === 'later') yield* appendedOrChanged(before, after, place)
  yield* removed(before, after, side === 'earlier' ? place : 0)
}

async function* appendedOrChanged(earlier: string, later: string, first: number): AsyncGenerator<Found> {
  const known = await imagesByPath(earlier)
  for await (const { file, image } of imagesOf(later, first)) {
    const before = known.get(keyOf(file)) ?? null
    if (before !== null && before.class === image.class && before.split === image.split) continue
    const change = before === null ? 'appended' : 'changed'
    yield { difference: { file, change, before, after: image }, next: cursorOf('later', image.item) }
  }
}

async function* removed(earlier: string, later: string, first: number): AsyncGenerator<Found> {
  const known = await imagesByPath(later)
  for await (const { file, image } of imagesOf(earlier, first)) {
    if (known.get(keyOf(file)) !== undefined) continue
    const difference = { file, change: 'removed', before: image, after: null } as const
    yield { difference, next: cursorOf('earlier', image.item) }
  }
}

/** The images of a data set from one on. Between blocks of them others have the process. */
async function* imagesOf(folder: string, first: number): AsyncGenerator<{ file: string; image: ImagePlace }> {
  const { classes, counts } = readManifest(folder)
  const total = counts.train + counts.val + counts.test
  const items = itemReader(folder)
  for (let at = first; at < total; at += ITEMS_PER_READ) {
    for (const [i, item] of items.read(at, Math.min(ITEMS_PER_READ, total - at)).entries())
      yield { file: item.file, image: { item: at + i, class: classes[item.label] ?? '', split: splitOf(item) } }
    await setImmediate()
  }
}

const splitOf = ({ split }: Item): Split => SPLITS.find((known) => known === split) ?? 'train'

/** Images by the hash of their path, in columns: a million of them need some 60 MB. */
async function imagesByPath(folder: string): Promise<{ get(key: number): ImagePlace | undefined }> {
  const { classes, counts } = readManifest(folder)
  const total = counts.train + counts.val + counts.test
  const places = new Map<number, number>()
  const [labels, splits] = [new Int32Array(total), new Uint8Array(total)]
  const numbers = new Map(classes.map((name, i) => [name, i]))
  for await (const { file, image } of imagesOf(folder, 0)) {
    places.set(keyOf(file), image.item)
    labels[image.item] = numbers.get(image.class) ?? 0
    splits[image.item] = SPLITS.indexOf(image.split)
  }
  return {
    get(key) {
      const item = places.get(key)
      if (item === undefined) return undefined
      return { item, class: classes[labels[item] ?? 0] ?? '', split: SPLITS[splits[item] ?? 0] ?? 'train' }
    },
  }
}

/** 48 bits, of which a number holds every value: among a million paths two are alike once in 500 data sets. */
const keyOf = (file: string): number => createHash('sha256').update(file).digest().readUIntBE(0, 6)

const cursorOf = (side: Side, place: number): string => Buffer.from(`${side}:${place}`).toString('base64url')

function positionOf(after: string | undefined): Position {
  if (after === undefined) return { side: 'later', place: 0 }
  const [, side, place] = /^(later|earlier):(\d{1,12})$/.exec(Buffer.from(after, 'base64url').toString('utf8')) ?? []
  if (side === 'later' || side === 'earlier') return { side, place: Number(place) }
  throw new AppError('invalid_request', `The cursor ${JSON.stringify(after)} is not one that was handed out.`, {
    errors: [{ pointer: '/after', detail: 'must be a nextCursor of the same list' }],
  })
}
