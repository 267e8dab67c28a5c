import { NO_SPLIT, wordsOf, type ImageColumns } from './columns.ts'
import { nearPairs } from './near-pairs.ts'
import { firstOccurrences, valueFinder } from './equal-values.ts'
import { Union } from './union.ts'

/** An image in an earlier split, and one in a later split that shows the same. */
export interface Leak {
  index: number
  other: number
}

/** Images of which a later split has an equal (or nearly equal) one; the first few of them as pairs. */
export interface Leaks {
  count: number
  first: Leak[]
  /** 1 for each of the images. */
  leaks: Uint8Array
}

const MAX_PAIRS = 1000

/** Finds images whose equals are in a later split: of train, val and test, the last one keeps the image. */
export function findLeaks({ count, split }: ImageColumns, firstEqual: Int32Array): Leaks {
  const latest = new Int32Array(count).fill(-1)
  for (let i = 0; i < count; i++) {
    const first = firstEqual[i] ?? -1
    if (first < 0 || split[i] === NO_SPLIT) continue
    const best = latest[first] ?? -1
    if (best < 0 || (split[i] ?? 0) > (split[best] ?? 0)) latest[first] = i
  }
  return collect(count, (i) => {
    const other = latest[firstEqual[i] ?? -1] ?? -1
    return other >= 0 && split[i] !== NO_SPLIT && (split[i] ?? 0) < (split[other] ?? 0) ? other : -1
  })
}

/** What is nearly equal, by perceptual hashes. */
export interface NearDuplicates {
  /** Sets of images that are nearly equal, directly or by way of others; all are in one set of `count` indices. */
  sets: Union
  /** Images of which a later split has a nearly equal one that is not equal. */
  leaksOf(columns: ImageColumns, firstEqual: Int32Array): Leaks
}

/** Finds hashes that differ in few bits, see `nearPairs`. */
export function findNearDuplicates({ count, label, perceptual }: ImageColumns): NearDuplicates {
  const words = wordsOf(perceptual)
  const firstOf = firstOccurrences(perceptual, (i) => label[i] === -1 || (words[2 * i] === 0 && words[2 * i + 1] === 0))
  const sets = new Union(count)
  let distinct = 0
  const hashes = new BigUint64Array(count)
  const hashWords = wordsOf(hashes)
  const images = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const first = firstOf[i] ?? -1
    if (first === i) {
      images[distinct] = i
      hashWords[2 * distinct] = words[2 * i]!
      hashWords[2 * distinct + 1] = words[2 * i + 1]!
      distinct++
    } else if (first >= 0) sets.join(first, i)
  }
  const pairs: number[] = []
  const used = hashes.subarray(0, distinct)
  const find = valueFinder(used)
  nearPairs(used, (a, b) => {
    const [x, y] = [images[find(a)] ?? 0, images[find(b)] ?? 0]
    pairs.push(x, y)
    sets.join(x, y)
  })
  return { sets, leaksOf: (columns, firstEqual) => nearLeaks({ columns, firstEqual, firstOf, pairs }) }
}

interface Near {
  columns: ImageColumns
  firstEqual: Int32Array
  /** Per image, the first of an equal perceptual hash. */
  firstOf: Int32Array
  /** Two and two, images whose hashes are near. */
  pairs: readonly number[]
}

function nearLeaks({ columns: { count, split }, firstEqual, firstOf, pairs }: Near): Leaks {
  const own = new Int32Array(count).fill(-1)
  const later = (a: number, b: number): boolean => b < 0 || (split[a] ?? 0) > (split[b] ?? 0)
  for (let i = 0; i < count; i++) {
    const first = firstOf[i] ?? -1
    if (first >= 0 && split[i] !== NO_SPLIT && later(i, own[first] ?? -1)) own[first] = i
  }
  const best = own.slice()
  const offer = (a: number, b: number): void => {
    const candidate = own[b] ?? -1
    if (candidate >= 0 && later(candidate, best[a] ?? -1)) best[a] = candidate
  }
  for (let k = 0; k < pairs.length; k += 2) {
    const [a = 0, b = 0] = [pairs[k], pairs[k + 1]]
    offer(a, b)
    offer(b, a)
  }
  return collect(count, (i) => {
    const other = best[firstOf[i] ?? -1] ?? -1
    const leaks = other >= 0 && split[i] !== NO_SPLIT && (split[i] ?? 0) < (split[other] ?? 0)
    return leaks && firstEqual[i] !== firstEqual[other] ? other : -1
  })
}

function collect(count: number, laterOf: (index: number) => number): Leaks {
  const result: Leaks = { count: 0, first: [], leaks: new Uint8Array(count) }
  for (let index = 0; index < count; index++) {
    const other = laterOf(index)
    if (other < 0) continue
    result.count++
    result.leaks[index] = 1
    if (result.first.length < MAX_PAIRS) result.first.push({ index, other })
  }
  return result
}
