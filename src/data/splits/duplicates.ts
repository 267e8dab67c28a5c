import type { ImageColumns } from './columns.ts'

/** Groups of two or more images with equal pixels; images in their order, groups by their first image. */
export function equalImages({ count, content }: Pick<ImageColumns, 'count' | 'content'>): number[][] {
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => compare(content, a, b) || a - b)
  const groups: number[][] = []
  for (let start = 0; start < count;) {
    let end = start + 1
    while (end < count && content[order[end] ?? 0] === content[order[start] ?? 0]) end++
    if (end - start > 1) groups.push([...order.subarray(start, end)])
    start = end
  }
  return groups.sort(([a = 0], [b = 0]) => a - b)
}

function compare(content: BigUint64Array, a: number, b: number): number {
  const [x = 0n, y = 0n] = [content[a], content[b]]
  return x < y ? -1 : x > y ? 1 : 0
}

/** Of groups of equal images, those whose images have more than one class. */
export const conflictingGroups = (groups: readonly number[][], { label }: Pick<ImageColumns, 'label'>): number[][] =>
  groups.filter((group) => new Set(group.map((i) => label[i])).size > 1)
