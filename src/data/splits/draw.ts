import { shuffle } from '../../zoo/rng.ts'
import type { Rng } from '../../zoo/define.ts'
import { TRAIN, type ImageColumns } from './columns.ts'
import type { Union } from './union.ts'
import { unitsByClass, type Units } from './class-units.ts'

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

/**
 * Moves a tenth of each class' training images into another split. Units stay together, and each class gets its share to within one unit and
 * keeps a unit in training. What is drawn depends on the pixels and the seed, not on names or on the order of images.
 */
export function drawSplit(columns: ImageColumns, { into, units: sets, limit, rng }: DrawOptions): void {
  const { split } = columns
  const units = unitsByClass(columns, sets)
  const draw = new Draw(columns, units, limit)
  for (const owner of [...units.byClass.keys()].sort((a, b) => a - b)) {
    const list = units.byClass.get(owner) ?? NONE
    if (list.length < 2) continue
    const order = shuffle(list.slice(), rng)
    let left = list.length
    for (const fits of [draw.isWithin, draw.bringsCloser])
      for (const unit of order) {
        if (left <= 1) break
        if (split[units.images[units.starts[unit] ?? 0] ?? 0] !== TRAIN || !fits(unit)) continue
        draw.take(unit, into)
        left--
      }
  }
}

const NONE = new Int32Array(0)

/** What is still to be drawn of each class. */
class Draw {
  private readonly columns: ImageColumns
  private readonly units: Units
  private readonly wanted: Map<number, number>

  constructor(columns: ImageColumns, units: Units, limit: number) {
    this.columns = columns
    this.units = units
    const { images } = units
    const training = new Map<number, number>()
    for (const i of images) training.set(this.labelOf(i), (training.get(this.labelOf(i)) ?? 0) + 1)
    const fraction = Math.min(HELD_OUT_FRACTION, limit / images.length)
    this.wanted = new Map(
      [...training].map(([one, n]) => [one, n < MIN_UNITS ? 0 : Math.max(1, Math.round(n * fraction))]),
    )
  }

  readonly isWithin = (unit: number): boolean => {
    const one = this.only(unit)
    if (one !== undefined) return this.missing(one) >= 1
    for (const [label, count] of this.classesOf(unit)) if (count > this.missing(label)) return false
    return true
  }

  readonly bringsCloser = (unit: number): boolean => {
    const one = this.only(unit)
    if (one !== undefined) return this.missing(one) >= 1
    let change = 0
    for (const [label, count] of this.classesOf(unit)) {
      const missing = this.missing(label)
      change += Math.abs(missing - count) - Math.abs(missing)
    }
    return change < 0
  }

  take(unit: number, into: number): void {
    const { images, starts } = this.units
    for (const [label, count] of this.classesOf(unit)) this.wanted.set(label, this.missing(label) - count)
    for (let at = starts[unit] ?? 0; at < (starts[unit + 1] ?? 0); at++) this.columns.split[images[at] ?? 0] = into
  }

  /** The class of a unit of one image. */
  private readonly only = (unit: number): number | undefined => {
    const { images, starts } = this.units
    const start = starts[unit] ?? 0
    return (starts[unit + 1] ?? 0) === start + 1 ? this.labelOf(images[start] ?? 0) : undefined
  }

  private missing(label: number): number {
    return this.wanted.get(label) ?? 0
  }

  private labelOf(image: number): number {
    return this.columns.label[image] ?? 0
  }

  /** Images per class. */
  private classesOf(unit: number): Map<number, number> {
    const { images, starts } = this.units
    const classes = new Map<number, number>()
    for (let at = starts[unit] ?? 0; at < (starts[unit + 1] ?? 0); at++) {
      const label = this.labelOf(images[at] ?? 0)
      classes.set(label, (classes.get(label) ?? 0) + 1)
    }
    return classes
  }
}
