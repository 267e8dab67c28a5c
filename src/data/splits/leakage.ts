import { NOT_GIVEN, type ImageColumns } from './columns.ts'

/** An image that is, or looks like, one of a split that comes before its own: test before validation before training. */
export interface Leak {
  image: number
  /** The image of the other split. */
  of: number
}

/** Images of groups of equal ones that are in more than one given split, each with an image of the split that keeps it. */
export function leaks(groups: readonly number[][], { split }: Pick<ImageColumns, 'split'>): Leak[] {
  return groups.flatMap((group) => {
    const given = group.filter((i) => split[i] !== NOT_GIVEN)
    const keeper = given.reduce<number | undefined>(
      (best, i) => (best === undefined || (split[i] ?? 0) > (split[best] ?? 0) ? i : best),
      undefined,
    )
    if (keeper === undefined) return []
    return given.filter((i) => split[i] !== split[keeper]).map((image) => ({ image, of: keeper }))
  })
}
