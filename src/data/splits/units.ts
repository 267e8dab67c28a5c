import type { ImageColumns } from './columns.ts'

/**
 * The images for which `chosen` holds, in units that stay together: images linked by equal pixels or by their group, directly or over others.
 * Units are in the order of their first images.
 */
export function unitsOf(
  { count, group }: Pick<ImageColumns, 'count' | 'group'>,
  equal: readonly number[][],
  chosen: (i: number) => boolean,
): number[][] {
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
  const units = new Map<number, number[]>()
  for (let i = 0; i < count; i++) {
    if (!chosen(i)) continue
    const unit = units.get(rootOf(i))
    if (unit === undefined) units.set(rootOf(i), [i])
    else unit.push(i)
  }
  return [...units.values()]
}
