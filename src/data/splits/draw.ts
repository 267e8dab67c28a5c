import { shuffle, type rngFor } from '../../zoo/rng.ts'
import type { ImageColumns } from './columns.ts'
import { unitsOf } from './units.ts'

const HELD_OUT_FRACTION = 0.1
/** Classes of fewer images train whole. */
const MIN_CLASS_IMAGES = 3

interface DrawOptions {
  /** Index of the split that images are moved to. */
  into: number
  /** Index of the split that they are taken from. */
  from: number
  rng: ReturnType<typeof rngFor>
  /** Images that the split has at most, before classes are rounded. */
  limit: number
  /** Groups of equal images. */
  equal: readonly number[][]
}

/**
 * Moves a tenth of each class to another split, to within one group: equal images, and images of one group, move together or not at all, and
 * every class keeps training images.
 */
export function drawSplit(columns: ImageColumns, { into, from, rng, limit, equal }: DrawOptions): void {
  const { label, split } = columns
  const units = unitsOf(columns, equal, (i) => split[i] === from)
  const images = countByClass(units.images, label)
  const total = [...images.values()].reduce((sum, n) => sum + n, 0)
  const fraction = Math.min(HELD_OUT_FRACTION, limit / total)
  const state: Drawn = { images, taken: new Map(), target: new Map() }
  for (const [name, n] of images)
    state.target.set(name, n < MIN_CLASS_IMAGES ? 0 : Math.max(1, Math.round(n * fraction)))
  const order = shuffle(
    Int32Array.from({ length: units.count }, (_, unit) => unit),
    rng,
  )
  const left: number[] = []
  for (const unit of order) {
    if (fits(countByClass(units.at(unit), label), state, 0)) take(units.at(unit))
    else left.push(unit)
  }
  // Classes of large groups only: the smallest one that leaves most of the class.
  for (const large of left.sort((a, b) => units.sizeOf(a) - units.sizeOf(b))) {
    const unit = units.at(large)
    if (unit.some((i) => (state.taken.get(label[i] ?? 0) ?? 0) === 0) && fits(countByClass(unit, label), state, 1))
      take(unit)
  }

  function take(unit: Int32Array): void {
    for (const i of unit) {
      split[i] = into
      state.taken.set(label[i] ?? 0, (state.taken.get(label[i] ?? 0) ?? 0) + 1)
    }
  }
}

interface Drawn {
  /** Images of each class that may move. */
  images: ReadonlyMap<number, number>
  taken: Map<number, number>
  target: Map<number, number>
}

/** Whether a unit may move: within each class's share, or for a class that has none yet, up to half of its images. */
function fits(unit: ReadonlyMap<number, number>, { images, taken, target }: Drawn, pass: 0 | 1): boolean {
  return [...unit].every(([name, size]) => {
    const [all, drawn, share] = [images.get(name) ?? 0, taken.get(name) ?? 0, target.get(name) ?? 0]
    if (share === 0 || drawn + size >= all) return false
    return drawn + size <= share || (pass === 1 && drawn === 0 && size <= all / 2)
  })
}

function countByClass(images: Int32Array, label: Int32Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const i of images) counts.set(label[i] ?? 0, (counts.get(label[i] ?? 0) ?? 0) + 1)
  return counts
}
