/** What people from other libraries call things, in the form of `plain`. */
const ALIASES: Readonly<Record<string, string>> = {
  lr: 'learningrate',
  wd: 'weightdecay',
  bs: 'batchsize',
  batch: 'batchsize',
  iterations: 'steps',
  iters: 'steps',
  arch: 'model',
  architecture: 'model',
  backbone: 'model',
  network: 'model',
  scheduler: 'schedule',
  augmentation: 'augment',
  augmentations: 'augment',
  transforms: 'augment',
  criterion: 'loss',
  imgsz: 'imagesize',
}

const MIN_CONTAINED = 3

/** Longer names resemble nothing that is known. */
const MAX_LENGTH = 100

/** A name without case and separators. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

const plainNames = new Map<string, string>()

/** `plain` of a known name, of which there are few: computed once. */
function plainKnown(name: string): string {
  const kept = plainNames.get(name) ?? plain(name)
  plainNames.set(name, kept)
  return kept
}

/** Edits after which a name may still be meant: none in short names, more in long ones. */
const maxEdits = (length: number): number => (length < 3 ? 0 : length < 6 ? 1 : length < 10 ? 2 : 3)

/** Insertions, deletions, replacements and swaps of neighbours between two names. Source: Damerau 1964, restricted. */
function edits(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Infinity
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped))
    }
    ;[before, last] = [last, row]
  }
  return last[b.length] ?? Infinity
}

/** The known name that is the same but for case, separators and what other libraries call it. */
export function sameName(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined
  const wanted = plain(name)
  const alias = ALIASES[wanted]
  return (
    known.find((one) => plainKnown(one) === wanted) ??
    (alias === undefined ? undefined : known.find((one) => plainKnown(one) === alias))
  )
}

/** The known name that a misspelt one most likely means; undefined where none is near. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined
  const same = sameName(name, known)
  if (same !== undefined) return same
  const wanted = plain(name)
  const limit = maxEdits(wanted.length)
  const near = known
    .filter((one) => Math.abs(plainKnown(one).length - wanted.length) <= limit)
    .map((one) => ({ one, distance: edits(wanted, plainKnown(one)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.one ?? known.find((one) => isPart(wanted, one))
}

/** Whether a name is a word of another one, such as flip of horizontal-flip, or begins it. */
function isPart(wanted: string, known: string): boolean {
  if (wanted.length < MIN_CONTAINED) return false
  const words = known.toLowerCase().split(/[^a-z0-9]+/)
  return (
    words.some((word) => word === wanted || (word.length > MIN_CONTAINED && isOneEdit(word, wanted))) ||
    plainKnown(known).startsWith(wanted)
  )
}

const isOneEdit = (a: string, b: string): boolean => Math.abs(a.length - b.length) <= 1 && edits(a, b) <= 1
