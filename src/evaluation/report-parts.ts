import Type, { type Static } from 'typebox'
import { Nullable } from './nullable.ts'

export const Share = (description: string) => Type.Number({ description })
export const IntervalOf = (description: string) =>
  Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: `[low, high]: ${description}` })

const Points = (values: number, description: string) =>
  Type.Array(Type.Array(Type.Number(), { minItems: values, maxItems: values }), { description })

const Averaged = (description: string) =>
  Type.Object(
    {
      precision: Nullable(Type.Number()),
      recall: Nullable(Type.Number()),
      f1: Nullable(Type.Number()),
      averagePrecision: Nullable(Type.Number()),
      rocAuc: Nullable(Type.Number()),
    },
    { description },
  )

/** Scores of all classes in one number each. */
export const Averages = Type.Object(
  {
    macro: Averaged('Means over the classes that have images; precision is 0 where nothing was taken for a class.'),
    weighted: Averaged('The same, weighted by the images of each class.'),
    micro: Averaged(
      'Of all pairs of an image and a class; with one class an image, precision, recall and F1 are the accuracy.',
    ),
  },
  { description: 'Scores of one class against the rest, averaged over classes.' },
)
export type Averages = Static<typeof Averages>

export const AveragePrecision = Nullable(
  Share('Area under the precision-recall curve, Σ (Rₙ − Rₙ₋₁) Pₙ; null where the split has no image of it.'),
)
export const RocAuc = Nullable(
  Share(
    'Probability that an image of the class scores above another one, ties counting half; null where one is missing.',
  ),
)

const curve = {
  averagePrecision: AveragePrecision,
  rocAuc: RocAuc,
  precisionRecall: Points(3, '[recall, precision, threshold], at most 60, recall rising.'),
  roc: Points(2, '[false-positive rate, true-positive rate], at most 60, from [0, 0] to [1, 1].'),
}

export const Curves = Type.Object(
  {
    micro: Type.Object(curve, { description: 'Of all pairs of an image and a class.' }),
    classes: Type.Array(Type.Object({ name: Type.String(), ...curve }), {
      description: 'At most 20: those with the lowest average precision.',
    }),
  },
  { description: 'One class against the rest, by the calibrated probability of the class.' },
)
export type Curves = Static<typeof Curves>

const answered = {
  threshold: Type.Number({ description: 'Calibrated probability of the answer, from which on images are answered.' }),
  coverage: Share('Fraction of the images that are answered.'),
  images: Type.Integer({ description: 'That are answered.' }),
  accuracy: Nullable(Share('Of the answered images; null where there are none.')),
  interval: Nullable(IntervalOf('Wilson.')),
}
const SelectiveRow = Type.Object(answered)

export const Selective = Type.Object(
  {
    aurc: Type.Number({ description: 'Area under the risk–coverage curve: mean error over all coverages.' }),
    byCoverage: Type.Array(Type.Object({ target: Share('The coverage that is wanted.'), ...answered }), {
      description:
        'By the fraction of the images that is to be answered; images of equal confidence are answered together.',
    }),
    byThreshold: Type.Array(SelectiveRow),
    byAccuracy: Type.Array(Type.Object({ target: Share('The accuracy that is wanted.'), ...answered }), {
      description:
        'The largest coverage with an accuracy; 0 where none has it. The threshold was chosen on the same images, so that the accuracy is somewhat too high.',
    }),
    curve: Points(2, '[coverage, accuracy], at most 100, coverage rising.'),
  },
  { description: 'Accuracy where only the images are answered that the model is most confident of.' },
)

const SliceScores = Type.Object({
  name: Type.String(),
  low: Type.Optional(Type.Number({ description: 'Smallest value in it.' })),
  high: Type.Optional(Type.Number({ description: 'Largest value in it.' })),
  images: Type.Integer(),
  accuracy: Share('Top-1.'),
  interval: IntervalOf('Wilson.'),
  expected: Share('The accuracy that the recalls of its images’ classes make expect.'),
  rest: Nullable(Share('Accuracy of all other images; null where there are none.')),
  p: Type.Number({ description: 'Of Fisher’s exact test against all other images.' }),
  pAdjusted: Type.Number({ description: 'Adjusted for all slices of the report.' }),
  differs: Type.Boolean({ description: 'Whether `pAdjusted` is below the level.' }),
})

export const SLICE_ATTRIBUTES = ['size', 'brightness', 'aspect', 'folder'] as const
export type SliceAttribute = (typeof SLICE_ATTRIBUTES)[number]

export const Slices = Type.Object(
  {
    level: Type.Number({ description: 'Probability that any slice is marked although none differs.' }),
    correction: Type.Literal('holm'),
    tests: Type.Integer({ description: 'Slices that were tested.' }),
    attributes: Type.Array(
      Type.Object({
        name: Type.Unsafe<SliceAttribute>({ type: 'string', enum: [...SLICE_ATTRIBUTES] }),
        description: Type.String({ description: 'What is measured.' }),
        slices: Type.Array(SliceScores),
      }),
    ),
  },
  {
    description:
      'Accuracy by what images are like, and where they come from; attributes in which all are alike are left out.',
  },
)
export type Slices = Static<typeof Slices>
export type SliceScores = Static<typeof SliceScores>

export const Duplicates = Type.Object(
  {
    equal: Type.Integer({
      description: 'Images of earlier splits that left the data set, since a later one has them.',
    }),
    near: Type.Integer({ description: 'Pairs of nearly equal images in two splits, by a perceptual hash.' }),
    nearTraining: Type.Integer({ description: 'Images of the split that have a nearly equal training image.' }),
    accuracyWithout: Nullable(Share('Top-1 without them; null where there are none, or nothing is left.')),
    interval: Nullable(IntervalOf('Wilson.')),
    examples: Type.Array(
      Type.Object({
        file: Type.String({ description: 'Of the split.' }),
        other: Type.String({ description: 'Of training.' }),
      }),
      { description: 'At most 10.' },
    ),
  },
  { description: 'Images that are in two splits, as found by ingest.' },
)
export type Duplicates = Static<typeof Duplicates>

const RELATIONS = ['parent', 'previous'] as const

export const BaselineRun = Type.Object({
  relation: Type.Unsafe<(typeof RELATIONS)[number]>({
    type: 'string',
    enum: [...RELATIONS],
    description:
      'parent: the job that it was forked from; previous: the last one before on the same version of the data set.',
  }),
  job: Type.String(),
  name: Type.String(),
  accuracy: Type.Number(),
  balancedAccuracy: Nullable(Type.Number()),
  macroF1: Nullable(Type.Number()),
  nll: Nullable(Type.Number()),
})

export const Baselines = Type.Object(
  {
    majority: Type.Object(
      {
        class: Type.String({ description: 'Of the most training images.' }),
        accuracy: Share('Of answering it always.'),
        balancedAccuracy: Type.Number(),
        nll: Type.Number({
          description: 'Of the class frequencies in training, with one image more a class, as probabilities.',
        }),
      },
      { description: 'What can be had without looking at an image.' },
    ),
    runs: Type.Array(BaselineRun, { description: 'Evaluated on the same images.' }),
  },
  { description: 'What the scores are to be compared with.' },
)
export type Baselines = Static<typeof Baselines>

export const Cost = Type.Object(
  {
    seconds: Type.Number({ description: 'Of training.' }),
    imagesPerSecond: Type.Optional(Type.Number({ description: 'In training: median of its metrics.' })),
    evaluationImagesPerSecond: Type.Optional(Type.Number({ description: 'With images loaded from the data set.' })),
    latency: Type.Optional(
      Type.Object(
        {
          batch: Type.Integer(),
          runs: Type.Integer(),
          medianMs: Type.Number(),
          p90Ms: Type.Number(),
        },
        { description: 'Of the forward pass alone, on the device that trained.' },
      ),
    ),
    parameters: Type.Optional(Type.Integer()),
    checkpointBytes: Type.Optional(Type.Integer()),
    device: Type.Optional(Type.String()),
    threads: Type.Optional(Type.Integer()),
  },
  { description: 'What training took, and what the model takes.' },
)
export type Cost = Static<typeof Cost>

export const PretrainedSource = Type.Object(
  { name: Type.String(), sha256: Type.String(), licence: Type.Optional(Type.String()) },
  { description: 'The weights that it started from.' },
)

/** What whoever starts a run knows of it. */
export const RunOrigin = Type.Object({
  job: Type.Optional(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      url: Type.Optional(Type.String()),
      attempt: Type.Optional(Type.Integer()),
    }),
  ),
  dataset: Type.Optional(
    Type.Object({ id: Type.Optional(Type.String()), name: Type.String(), version: Type.Optional(Type.Integer()) }),
  ),
  parents: Type.Optional(
    Type.Array(Type.String(), { description: 'Checkpoints that it starts from, or learns from.' }),
  ),
})
export type RunOrigin = Static<typeof RunOrigin>

export const Provenance = Type.Object(
  {
    createdAt: Type.String({ description: 'When the report was made, ISO 8601.' }),
    version: Type.String({ description: 'Of Anneal.' }),
    node: Type.String(),
    platform: Type.String({ description: 'Operating system and processor architecture.' }),
    cpu: Type.Optional(Type.String()),
    engine: Type.Optional(Type.String()),
    device: Type.Optional(Type.String()),
    threads: Type.Optional(Type.Integer()),
    precision: Type.Optional(Type.String()),
    seed: Type.Integer(),
    specHash: Type.Optional(Type.String()),
    ...RunOrigin.properties,
    pretrained: Type.Optional(PretrainedSource),
  },
  { description: 'Where the model comes from.' },
)
export type Provenance = Static<typeof Provenance>
