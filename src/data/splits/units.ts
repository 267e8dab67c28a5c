import type { ImageColumns } from './columns.ts'

/** Images in units that stay together. */
export interface Units {
  readonly count: number
  /** All images, unit after unit. */
  readonly images: Int32Array
  /** The images of a unit. */
  at(unit: number): Int32Array
  sizeOf(unit: number): number
}

/**
 * The images for which `chosen` holds, in units that stay together: images linked by equal pixels or by their group, directly or over others.
 * Units are in the order of their first images.
 */
export function unitsOf(
  { count, group }: Pick<ImageColumns, 'count' | 'group'>,
  equal: readonly number[][],
  chosen: (i: number) => boolean,
): Units {
  const rootOf = linked({ count, group }, equal)
  const unitOfRoot = new Int32Array(count).fill(-1)
  let units = 0
  // Sizes first, so that units need no lists of their own.
  const starts = new Int32Array(count + 1)
  for (let i = 0; i < count; i++) {
    if (!chosen(i)) continue
    const root = rootOf(i)
    if (unitOfRoot[root] === -1) unitOfRoot[root] = units++
    starts[unitOfRoot[root]! + 1]!++
  }
  for (let unit = 0; unit < units; unit++) starts[unit + 1]! += starts[unit]!
  const images = new Int32Array(starts[units]!)
  const next = starts.slice(0, units)
  for (let i = 0; i < count; i++) if (chosen(i)) images[next[unitOfRoot[rootOf(i)]!]!++] = i
  return {
    count: units,
    images,
    at: (unit) => images.subarray(starts[unit], starts[unit + 1]),
    sizeOf: (unit) => starts[unit + 1]! - starts[unit]!,
  }
}

/** Of each image one that stands for all that are linked with it. */
function linked(
  { count, group }: Pick<ImageColumns, 'count' | 'group'>,
  equal: readonly number[][],
): (i: number) => number {
  const parent = Uint32Array.from({ length: count }, (_, i) => i)
  const rootOf = (i: number): number => {
    let at = i
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? 0] ?? 0
      at = parent[at] ?? 0
    }
    return at
  }
  const join = (a: number, b: number): void => {
    const [x, y] = [rootOf(a), rootOf(b)]
    parent[Math.max(x, y)] = Math.min(x, y)
  }
  for (const images of equal) for (const i of images) join(images[0] ?? 0, i)
  const firstOfGroup = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const name = group[i] ?? -1
    if (name < 0) continue
    const first = firstOfGroup.get(name)
    if (first === undefined) firstOfGroup.set(name, i)
    else join(first, i)
  }
  return rootOf
}
