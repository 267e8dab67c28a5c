import { shuffle } from '../../zoo/rng.ts'
import type { Rng } from '../../zoo/define.ts'
import { TRAIN, type ImageColumns } from './columns.ts'
import type { Union } from './union.ts'

const HELD_OUT_FRACTION = 0.1
/** A class of fewer units gives none away. */
const MIN_UNITS = 3

export interface DrawOptions {
  /** The split to draw from training images, an index into SPLITS. */
  into: number
  /** Sets of images that stay together. */
  units: Union
  /** Images at most. */
  limit: number
  rng: Rng
}

/** Images that move together, by class. */
interface Unit {
  images: number[]
  /** Images per class: class, count, class, count, … */
  classes: [label: number, count: number][]
}

/**
 * Moves a tenth of each class' training images into another split. Units stay together, and each class gets its share to within one unit and
 * keeps a unit in training. What is drawn depends on the pixels and the seed, not on names or on the order of images.
 */
export function drawSplit(columns: ImageColumns, { into, units, limit, rng }: DrawOptions): void {
  const { split } = columns
  const byClass = unitsByClass(columns, units)
  const training = new Map<number, number>()
  for (const list of byClass.values())
    for (const unit of list) for (const [one, n] of unit.classes) training.set(one, (training.get(one) ?? 0) + n)
  const total = [...training.values()].reduce((sum, n) => sum + n, 0)
  const fraction = Math.min(HELD_OUT_FRACTION, limit / total)
  const wanted = new Map(
    [...training].map(([one, n]) => [one, n < MIN_UNITS ? 0 : Math.max(1, Math.round(n * fraction))]),
  )
  const left = new Map([...byClass].map(([one, list]) => [one, list.length]))
  const take = (owner: number, unit: Unit): void => {
    for (const i of unit.images) split[i] = into
    for (const [one, n] of unit.classes) wanted.set(one, (wanted.get(one) ?? 0) - n)
    left.set(owner, (left.get(owner) ?? 0) - 1)
  }
  for (const owner of [...byClass.keys()].sort((a, b) => a - b)) {
    const list = byClass.get(owner) ?? []
    if (list.length < 2) continue
    const order = [...shuffle(Int32Array.from(list.keys()), rng)].flatMap((i) => list[i] ?? [])
    for (const fits of [isWithin, bringsCloser])
      for (const unit of order)
        if ((left.get(owner) ?? 0) > 1 && split[unit.images[0] ?? 0] === TRAIN && fits(unit, wanted)) take(owner, unit)
  }
}

const isWithin = ({ classes }: Unit, wanted: ReadonlyMap<number, number>): boolean =>
  classes.every(([label, count]) => count <= (wanted.get(label) ?? 0))

function bringsCloser({ classes }: Unit, wanted: ReadonlyMap<number, number>): boolean {
  const change = classes.reduce((sum, [label, count]) => {
    const missing = wanted.get(label) ?? 0
    return sum + Math.abs(missing - count) - Math.abs(missing)
  }, 0)
  return change < 0
}

/** Units of training images by the class of their first image, in an order that depends on pixels only. */
function unitsByClass({ count, label, split, content }: ImageColumns, units: Union): Map<number, Unit[]> {
  const order = Int32Array.from({ length: count }, (_, i) => i)
    .filter((i) => split[i] === TRAIN && label[i] !== -1)
    .sort((a, b) => compare(content[a] ?? 0n, content[b] ?? 0n) || (label[a] ?? 0) - (label[b] ?? 0))
  const bySet = new Map<number, number[]>()
  for (const i of order) {
    const set = units.find(i)
    const images = bySet.get(set)
    if (images === undefined) bySet.set(set, [i])
    else images.push(i)
  }
  const byClass = new Map<number, Unit[]>()
  for (const images of bySet.values()) {
    const classes = new Map<number, number>()
    for (const i of images) classes.set(label[i] ?? 0, (classes.get(label[i] ?? 0) ?? 0) + 1)
    const owner = label[images[0] ?? 0] ?? 0
    const list = byClass.get(owner) ?? []
    byClass.set(owner, list)
    list.push({ images, classes: [...classes] })
  }
  return byClass
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
