import { TRAIN, type ImageColumns } from './columns.ts'
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

const DIGIT_BITS = 16
const DIGITS = 1 << DIGIT_BITS
const DIGITS_PER_CONTENT = 4

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
  let classes = 0
  let found = 0
  let order = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    if (split[i] !== TRAIN || label[i] === -1) continue
    order[found++] = i
    classes = Math.max(classes, label[i]! + 1)
  }
  order = sorted(order.subarray(0, found), classes, (i) => label[i]!)
  const digits = new Uint16Array(content.buffer, content.byteOffset, count * DIGITS_PER_CONTENT)
  for (let digit = 0; digit < DIGITS_PER_CONTENT; digit++)
    order = sorted(order, DIGITS, (i) => digits[i * DIGITS_PER_CONTENT + digit]!)
  return order
}

/** Sorts by a key below `keys`; what has the same key stays in order. */
function sorted(order: Int32Array, keys: number, keyOf: (index: number) => number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(keys + 1)
  for (const i of order) next[keyOf(i) + 1]!++
  for (let key = 0; key < keys; key++) next[key + 1]! += next[key]!
  const result = new Int32Array(order.length)
  for (const i of order) result[next[keyOf(i)]!++] = i
  return result
}
