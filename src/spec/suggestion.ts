/** What people from other libraries call things, in the form of `plain`. */
const ALIASES: Readonly<Record<string, string>> = {
  ...{
    lr: 'learningrate',
    wd: 'weightdecay',
    bs: 'batchsize',
    batch: 'batchsize',
    iterations: 'steps',
    iters: 'steps',
  },
  ...{ arch: 'model', architecture: 'model', backbone: 'model', network: 'model', scheduler: 'schedule' },
  ...{
    augmentation: 'augment',
    augmentations: 'augment',
    transforms: 'augment',
    criterion: 'loss',
    imgsz: 'imagesize',
  },
}

const MIN_CONTAINED = 3

/** A name without case and separators. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

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
  const wanted = plain(name)
  return known.find((one) => plain(one) === wanted) ?? known.find((one) => plain(one) === ALIASES[wanted])
}

/** The known name that a misspelt one most likely means; undefined where none is near. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  const same = sameName(name, known)
  if (same !== undefined) return same
  const wanted = plain(name).slice(0, 100)
  const near = known
    .map((one) => ({ one, distance: edits(wanted, plain(one)) }))
    .filter(({ distance }) => distance <= maxEdits(wanted.length))
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.one ?? known.find((one) => isPart(wanted, one))
}

/** Whether a name is a word of another one, such as flip of horizontal-flip, or begins it. */
function isPart(wanted: string, known: string): boolean {
  if (wanted.length < MIN_CONTAINED) return false
  const words = known.toLowerCase().split(/[^a-z0-9]+/)
  return (
    words.some((word) => word === wanted || (word.length > MIN_CONTAINED && edits(word, wanted) <= 1)) ||
    plain(known).startsWith(wanted)
  )
}
