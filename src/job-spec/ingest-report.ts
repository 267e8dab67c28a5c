import Type, { type Static } from 'typebox'
import { ChangedImages } from './dataset-changes.ts'

const Counts = Type.Object({ train: Type.Integer(), val: Type.Integer(), test: Type.Integer() })
/** Entries of a list in the report at most. */
export const MAX_LISTED = 1000

const SplitName = Type.Union([Type.Literal('train'), Type.Literal('val'), Type.Literal('test')])
const Leaks = (description: string) =>
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
  background: Type.Optional(
    Type.Object(
      {
        colour: Type.Union([Type.Literal('black'), Type.Literal('white')]),
        images: Type.Integer({ description: 'Transparent images.' }),
      },
      { description: 'The ground of transparent images, unless a spec sets another; absent: none is transparent.' },
    ),
  ),
  depth: Type.Optional(
    Type.Object(
      {
        images: Type.Integer({ description: 'Images of more than 8 bits per channel.' }),
        bits: Type.Optional(Type.Integer({ description: 'Bits in use in images of 16 bits; 2^bits − 1 becomes 255.' })),
        float: Type.Optional(
          Type.Object(
            { min: Type.Number(), max: Type.Number() },
            { description: 'Values of floating-point images that become 0 and 255.' },
          ),
        ),
      },
      { description: 'How images of more than 8 bits were scaled, all alike; absent: there are none.' },
    ),
  ),
  constant: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), images: Type.Integer() }), {
      description: 'Classes with images of one colour, up to faint noise, once they are on the ground.',
    }),
  ),
  conflicts: Type.Object(
    {
      count: Type.Integer(),
      groups: Type.Array(Type.Array(Type.Object({ file: Type.String(), label: Type.String() })), {
        description: `The first ${MAX_LISTED} groups.`,
      }),
    },
    { description: 'Images with equal pixels that have more than one class.' },
  ),
  leaks: Leaks('Images that have an equal one in a later split, and left the data set.'),
  nearDuplicates: Leaks('Images that have a nearly equal one, by a perceptual hash, in a later split.'),
  storage: Type.Object(
    {
      codec: Type.Union([Type.Literal('raw'), Type.Literal('jpeg')], {
        description:
          'As pixels of 8 bits, or, where those would be too large, as JPEG of quality 95 with full colour resolution.',
      }),
      bytes: Type.Integer(),
      shards: Type.Integer({ description: 'Files that the images are in.' }),
    },
    { description: 'How the images are stored.' },
  ),
  changed: Type.Optional(ChangedImages),
  warnings: Type.Array(Type.String()),
})
export type IngestReport = Static<typeof IngestReport>

export const firstListed = <T>(items: readonly T[]): T[] => items.slice(0, MAX_LISTED)
