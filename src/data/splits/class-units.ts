import { TRAIN, wordsOf, type ImageColumns } from './columns.ts'
import type { Union } from './union.ts'

/** Images that move together, of one class or of several. */
export interface Units {
  /** Images, those of a unit next to each other. */
  images: Int32Array
  /** Where the images of each unit start, and their end. */
  starts: Int32Array
  /** Units by the class of their first image, in an order that depends on pixels only. */
  byClass: Map<number, Int32Array>
}

const WORD_BITS = 32
const MAX_BUCKET_BITS = 20

/** The units of training images. */
export function unitsByClass(columns: ImageColumns, units: Union): Units {
  const { label, count } = columns
  const order = trainingByContent(columns)
  const { starts, unitOf } = countUnits(order, units, count)
  const images = new Int32Array(order.length)
  const next = starts.slice()
  const byClass = new Map<number, number[]>()
  for (const i of order) {
    const unit = unitOf[units.find(i)]!
    const at = next[unit]!++
    images[at] = i
    if (at !== starts[unit]) continue
    const list = byClass.get(label[i]!)
    if (list === undefined) byClass.set(label[i]!, [unit])
    else list.push(unit)
  }
  return { images, starts, byClass: new Map([...byClass].map(([owner, list]) => [owner, Int32Array.from(list)])) }
}

/** Numbers units as their first images come. @returns for the smallest index of a set the number of its unit, and where units start */
function countUnits(order: Int32Array, units: Union, count: number): { unitOf: Int32Array; starts: Int32Array } {
  const unitOf = new Int32Array(count).fill(-1)
  const sizes = new Int32Array(order.length)
  let found = 0
  for (const i of order) {
    const set = units.find(i)
    if (unitOf[set] === -1) unitOf[set] = found++
    sizes[unitOf[set]!]!++
  }
  const starts = new Int32Array(found + 1)
  for (let unit = 0; unit < found; unit++) starts[unit + 1] = starts[unit]! + sizes[unit]!
  return { unitOf, starts }
}

/** Training images that have a class, by their content, equal ones by class. */
function trainingByContent({ count, label, split, content }: ImageColumns): Int32Array {
  const words = wordsOf(content)
  const training = new Int32Array(count)
  let found = 0
  for (let i = 0; i < count; i++) if (split[i] === TRAIN && label[i] !== -1) training[found++] = i
  const before = (a: number, b: number): number =>
    words[2 * a + 1]! - words[2 * b + 1]! || words[2 * a]! - words[2 * b]! || label[a]! - label[b]! || a - b
  // Contents are hashes: about one falls to each of as many buckets, and few are left to be compared.
  const bits = Math.min(MAX_BUCKET_BITS, Math.ceil(Math.log2(Math.max(2, found))))
  const starts = new Int32Array(2 ** bits + 1)
  const bucketOf = (i: number): number => words[2 * i + 1]! >>> (WORD_BITS - bits)
  for (let at = 0; at < found; at++) starts[bucketOf(training[at]!) + 1]!++
  for (let bucket = 0; bucket < starts.length - 1; bucket++) starts[bucket + 1]! += starts[bucket]!
  const order = new Int32Array(found)
  const next = starts.slice()
  for (let at = 0; at < found; at++) order[next[bucketOf(training[at]!)]!++] = training[at]!
  for (let bucket = 0; bucket < starts.length - 1; bucket++)
    if (starts[bucket + 1]! - starts[bucket]! > 1) order.subarray(starts[bucket], starts[bucket + 1]).sort(before)
  return order
}
