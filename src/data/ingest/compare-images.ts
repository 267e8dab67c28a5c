import { AppError } from '../../errors.ts'
import { NOT_GIVEN, type ImageColumns } from '../splits/columns.ts'
import { conflictingGroups, equalImages } from '../splits/duplicates.ts'
import { leaks } from '../splits/leakage.ts'
import { nearDuplicates } from '../splits/near-duplicates.ts'

/** What happens to an image of a given split that is in a later one too: it leaves its own, or the data set is refused. */
export const LEAKAGE = ['remove', 'refuse'] as const
/** The same for images that only look alike, which are otherwise reported and stay. */
export const NEAR_DUPLICATES = ['report', 'remove', 'refuse'] as const

export interface ComparisonOptions {
  leakage: (typeof LEAKAGE)[number]
  nearDuplicates: (typeof NEAR_DUPLICATES)[number]
}

/** An image that is, or looks like, one of another split; images are places in the columns. */
export interface ReportedLeak {
  image: number
  of: number
  reason: 'The image has the pixels of' | 'The image looks almost like'
  /** Whether it leaves the data set. */
  removed: boolean
}

export interface Comparison {
  /** Groups of images with equal pixels. */
  duplicates: number[][]
  /** Those of them with more than one class. */
  conflicts: number[][]
  leaks: ReportedLeak[]
  /** Groups, by their column or folder, that given splits tear apart. */
  tornGroups: number
}

/**
 * Compares images with each other, all pixels and by look.
 * @throws AppError `split_leakage` where the options refuse what was found.
 */
export function compareImages(
  columns: ImageColumns,
  fileOf: (image: number) => string,
  { leakage, nearDuplicates: near }: ComparisonOptions,
): Comparison {
  const equal = equalImages(columns)
  const exact = leaks(equal, columns)
  const similar = nearDuplicates(columns)
  if (leakage === 'refuse' && exact.length > 0) throw refused('is', exact)
  if (near === 'refuse' && similar.length > 0) throw refused('looks almost like an image', similar)
  const left = new Set(exact.map(({ image }) => image))
  return {
    duplicates: equal,
    conflicts: conflictingGroups(equal, columns),
    leaks: [
      ...exact.map(({ image, of }) => reported(image, of, 'The image has the pixels of', true)),
      ...similar
        .filter(({ image }) => !left.has(image))
        .map(({ image, of }) => reported(image, of, 'The image looks almost like', near === 'remove')),
    ],
    tornGroups: tornGroups(columns),
  }

  function reported(image: number, of: number, reason: ReportedLeak['reason'], removed: boolean): ReportedLeak {
    return { image, of, reason, removed }
  }

  function refused(how: string, found: readonly { image: number; of: number }[]): AppError {
    const pairs = found.slice(0, 3).map(({ image, of }) => `${fileOf(image)} and ${fileOf(of)}`)
    const what = how === 'is' ? 'in two splits' : 'almost alike in two splits'
    return new AppError(
      'split_leakage',
      `${found.length} ${found.length === 1 ? 'image is' : 'images are'} ${what}: ${pairs.join('; ')}. Every image may be in one split only.`,
    )
  }
}

function tornGroups({ count, group, split }: ImageColumns): number {
  const splits = new Map<number, number>()
  const torn = new Set<number>()
  for (let i = 0; i < count; i++) {
    const [name, own] = [group[i] ?? -1, split[i] ?? NOT_GIVEN]
    if (name < 0) continue
    if (splits.has(name) && splits.get(name) !== own) torn.add(name)
    splits.set(name, own)
  }
  return torn.size
}
