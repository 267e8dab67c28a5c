import Type, { type Static } from 'typebox'

const Counts = Type.Object({ train: Type.Integer(), val: Type.Integer(), test: Type.Integer() })
const MAX_LISTED = 1000

const SplitName = Type.Union([Type.Literal('train'), Type.Literal('val'), Type.Literal('test')])
const leaked = (description: string) =>
  Type.Object(
    {
      count: Type.Integer(),
      pairs: Type.Array(
        Type.Object({ file: Type.String(), split: SplitName, other: Type.String(), otherSplit: SplitName }),
        { description: `The first ${MAX_LISTED}.` },
      ),
    },
    { description },
  )

/** What ingest found in an upload. */
export const IngestReport = Type.Object({
  files: Type.Integer({ description: 'Files in the upload.' }),
  images: Counts,
  classes: Type.Array(Type.Object({ name: Type.String(), ...Counts.properties })),
  imbalance: Type.Number({
    description: 'Imbalance: training images of the largest class over those of the smallest.',
  }),
  channels: Type.Integer(),
  sizes: Type.Object({
    smallest: Type.Integer({ description: 'Smallest side, pixels.' }),
    median: Type.Integer({ description: 'Median shorter side, pixels.' }),
    largest: Type.Integer({ description: 'Largest side, pixels.' }),
    packed: Type.Integer({ description: 'Longest shorter side that is kept, pixels.' }),
  }),
  splits: Type.Object({
    val: Type.Union([Type.Literal('given'), Type.Literal('drawn')]),
    test: Type.Union([Type.Literal('given'), Type.Literal('drawn')]),
  }),
  quarantined: Type.Object({
    count: Type.Integer(),
    files: Type.Array(Type.Object({ file: Type.String(), code: Type.String(), detail: Type.String() }), {
      description: `The first ${MAX_LISTED}.`,
    }),
  }),
  ignored: Type.Object(
    {
      count: Type.Integer(),
      kinds: Type.Array(Type.Object({ kind: Type.String(), count: Type.Integer(), example: Type.String() }), {
        description: `By extension, or by what hides them; the most frequent first, at most ${MAX_LISTED}.`,
      }),
    },
    { description: 'Files that are no images, and files that systems and tools leave next to them.' },
  ),
  duplicates: Type.Object({
    count: Type.Integer({ description: 'Images whose pixels are those of an earlier image.' }),
    groups: Type.Array(Type.Array(Type.String()), { description: `The first ${MAX_LISTED} groups.` }),
  }),
  conflicts: Type.Object(
    {
      count: Type.Integer(),
      groups: Type.Array(Type.Array(Type.Object({ file: Type.String(), label: Type.String() })), {
        description: `The first ${MAX_LISTED}.`,
      }),
    },
    { description: 'Groups of equal images that are of several classes.' },
  ),
  leaks: leaked('Images that have an equal one in a later split, and left the data set.'),
  nearDuplicates: leaked('Images that have a nearly equal one, by a perceptual hash, in a later split.'),
  warnings: Type.Array(Type.String()),
})
export type IngestReport = Static<typeof IngestReport>

export const firstListed = <T>(items: readonly T[]): T[] => items.slice(0, MAX_LISTED)
