import Type, { type Static } from 'typebox'
import { Nullable } from './nullable.ts'
import {
  AveragePrecision,
  Averages,
  Baselines,
  Cost,
  Curves,
  Duplicates,
  IntervalOf,
  Provenance,
  RocAuc,
  Selective,
  Share,
  Slices,
} from './report-parts.ts'

const Bin = Type.Object({
  low: Type.Number({ description: 'Confidence in (low, high].' }),
  high: Type.Number(),
  count: Type.Integer(),
  confidence: Type.Number({ description: 'Mean of the images in it.' }),
  accuracy: Type.Number(),
})

const ClassScores = Type.Object({
  name: Type.String(),
  images: Type.Integer({ description: 'In the evaluated split.' }),
  trainImages: Type.Integer(),
  seen: Type.Optional(Type.Integer({ description: 'Times that training took an image of it.' })),
  predicted: Type.Integer({ description: 'Images of the split that were taken for it.' }),
  precision: Nullable(Share('Null where nothing was taken for it.')),
  recall: Nullable(Share('Null where the split has no image of it.')),
  recallInterval: Nullable(IntervalOf('Wilson.')),
  f1: Nullable(Share('Null where the split has no image of it.')),
  averagePrecision: Type.Optional(AveragePrecision),
  rocAuc: Type.Optional(RocAuc),
})

const Shot = Type.Object({
  classes: Type.Integer({ description: 'That have images in the split.' }),
  images: Type.Integer(),
  accuracy: Nullable(Share('Mean recall over its classes; null where there are none.')),
  interval: Nullable(IntervalOf('bootstrap.')),
})

const Mistake = Type.Object({
  file: Type.String(),
  index: Type.Integer({ description: 'Place in the split.' }),
  label: Type.String(),
  predicted: Type.String(),
  confidence: Type.Number(),
})

const OpenSet = Type.Object({
  threshold: Type.Number({ description: 'Calibrated probability under which an image is rejected.' }),
  known: Type.Integer({ description: 'Images of known classes.' }),
  unknown: Type.Integer({ description: 'Images of other classes.' }),
  accuracy: Share('Of known images, where a rejected one counts as wrong.'),
  rejectedKnown: Share('Of known images.'),
  rejectedUnknown: Nullable(Share('Of unknown images; null where there are none.')),
  fMeasure: Nullable(
    Share(
      'Of known images that get their class: precision over known images, recall against unknown ones that are not rejected (Liu et al. 2019).',
    ),
  ),
  auroc: Nullable(Share('Probability that a known image is more confident than an unknown one.')),
  unknownAcceptedAt95: Type.Optional(
    Nullable(Share('Fraction of unknown images that are accepted where 95 % of known ones are (FPR95).')),
  ),
  histogram: Type.Optional(
    Type.Object(
      { known: Type.Array(Type.Integer()), unknown: Type.Array(Type.Integer()) },
      { description: 'Images in 20 bins of confidence of the same width, from 0 to 1.' },
    ),
  ),
  roc: Type.Optional(
    Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), {
      description: '[fraction of unknown images accepted, fraction of known images accepted], at most 60.',
    }),
  ),
  note: Type.Optional(Type.String({ description: 'What is wrong with the threshold, where something is.' })),
})

const CorruptionErrors = Type.Object({
  name: Type.String(),
  kind: Type.String({ description: 'noise, blur, weather or digital.' }),
  error: Share('Mean over its severities.'),
  severities: Type.Array(Type.Object({ severity: Type.Integer(), error: Share('Fraction of wrong predictions.') })),
})

const Robustness = Type.Object(
  {
    images: Type.Integer({ description: 'Images that were corrupted, spread evenly over the split.' }),
    seed: Type.Integer({ description: 'Names the random streams of the corruptions.' }),
    cleanError: Share('Error on the same images as they are.'),
    meanError: Share('Mean corruption error, over corruptions and severities; not divided by another model’s.'),
    corruptions: Type.Array(CorruptionErrors),
  },
  {
    description:
      'Error under corruptions, where it was asked for (Hendrycks and Dietterich 2019, https://arxiv.org/abs/1903.12261).',
  },
)

const TestTimeAugmentation = Type.Object(
  {
    name: Type.String(),
    views: Type.Integer({ description: 'Of each image.' }),
    average: Type.String({ description: 'What was averaged over them: probabilities or logits.' }),
    accuracyWithout: Share('Top-1 of one view of each image.'),
  },
  { description: 'Where answers were averaged over several views of each image; every number of the report is so.' },
)

const Applied = Type.Union([Type.Literal('none'), Type.Literal('temperature'), Type.Literal('temperature-and-prior')], {
  description:
    'What the probabilities are: the softmax of the logits, of logits over a temperature, or with a class prior added too.',
})

const CalibrationReport = Type.Object(
  {
    applied: Applied,
    prior: Type.Union([Type.Literal('data'), Type.Literal('uniform')], {
      description:
        'The class frequencies that the probabilities suppose: those of the validation images, or all alike.',
    }),
    priorStrength: Type.Number({
      description:
        'Multiple of the log class frequencies of training that is added to the logits over the temperature.',
    }),
    heldOut: Type.Array(
      Type.Object({
        name: Applied,
        nll: Type.Number({ description: 'Mean negative log-likelihood.' }),
        ece: Type.Number({ description: 'Expected calibration error, 15 bins.' }),
      }),
      {
        description:
          'On folds of the validation images that were not fitted to; with prior uniform, every class counts alike.',
      },
    ),
  },
  { description: 'How the calibration was chosen.' },
)
export type CalibrationReport = Static<typeof CalibrationReport>

const MostProbable = Type.Object(
  {
    accuracy: Share('Top-1.'),
    balancedAccuracy: Share('Mean recall over the classes that have images.'),
    differs: Share('Fraction of the images for which the answer is another class.'),
  },
  {
    description:
      'The scores of answering with the most probable class, where a class prior makes that differ from the answer, the class of the largest logit.',
  },
)

const StoppedEarly = Type.Object(
  {
    metric: Type.String(),
    mode: Type.String({ description: 'min or max: whether less or more is better.' }),
    patience: Type.Integer({ description: 'Epochs with no improvement.' }),
    minDelta: Type.Number(),
    step: Type.Integer({ description: 'The last step of training.' }),
    epoch: Type.Number(),
    best: Type.Number({ description: 'The best value of the metric.' }),
    bestStep: Type.Integer(),
  },
  { description: 'Where training ended before its budget, by `earlyStopping`.' },
)

/** How good a model is on a split. */
export const Report = Type.Object({
  split: Type.String({ description: 'The split that was evaluated: test, or val where there is no test.' }),
  weights: Type.String({ description: 'Which checkpoint was evaluated.' }),
  data: Type.Object({
    dataset: Type.String({ description: 'Hash of the packed data set.' }),
    images: Type.String({
      description: 'SHA-256 of the split’s labels and pixels; runs with the same can be compared.',
    }),
  }),
  images: Type.Integer(),
  accuracy: Share('Top-1.'),
  top5: Type.Optional(
    Share('The true class is among the five most probable classes; absent where there are no more than five.'),
  ),
  balancedAccuracy: Share('Mean recall over the classes that have images.'),
  macroF1: Share('Mean F1 over the classes that have images.'),
  nll: Type.Number({ description: 'Mean negative log-likelihood, calibrated.' }),
  nllUncalibrated: Type.Number(),
  ece: Type.Number({
    description: 'Expected calibration error of the most probable class, 15 bins (low, high], calibrated.',
  }),
  eceUncalibrated: Type.Number(),
  temperature: Type.Number(),
  calibrationNote: Type.Optional(
    Type.String({ description: 'Why the logits are not calibrated, or the fit ended at a bound, and what helps.' }),
  ),
  calibrationWarning: Type.Optional(
    Type.String({
      description: 'That the calibration made the log loss or the calibration error of the split larger.',
    }),
  ),
  calibration: Type.Optional(CalibrationReport),
  averages: Type.Optional(Averages),
  curves: Type.Optional(Curves),
  selective: Type.Optional(Selective),
  slices: Type.Optional(Slices),
  duplicates: Type.Optional(Duplicates),
  baselines: Type.Optional(Baselines),
  mostProbable: Type.Optional(MostProbable),
  intervals: Type.Object(
    {
      level: Type.Number(),
      resamples: Type.Integer({ description: 'Of the bootstrap.' }),
      accuracy: IntervalOf('Wilson.'),
      top5: Type.Optional(IntervalOf('Wilson.')),
      balancedAccuracy: IntervalOf('bootstrap.'),
      macroF1: IntervalOf('bootstrap.'),
      nll: IntervalOf('bootstrap.'),
      nllUncalibrated: IntervalOf('bootstrap.'),
      ece: IntervalOf(
        'bootstrap; resampling adds noise to every bin, so that it is too high where the error is small.',
      ),
      eceUncalibrated: IntervalOf('bootstrap.'),
    },
    {
      description:
        'Confidence intervals: Wilson’s for proportions, percentiles of the bootstrap over images for the rest; where all images are answered alike and no resample differs, Wilson’s with the number of images that a mean over classes is worth.',
    },
  ),
  shots: Type.Object(
    { many: Shot, medium: Shot, few: Shot },
    {
      description:
        'Classes by training images: many over 100, medium 20 to 100, few under 20 (Liu et al. 2019, https://arxiv.org/abs/1904.05160).',
    },
  ),
  openSet: Type.Optional(OpenSet),
  classes: Type.Array(ClassScores),
  confusion: Type.Array(Type.Array(Type.Integer()), { description: '[true class][predicted class] → images.' }),
  reliability: Type.Array(Bin, { description: 'Calibrated.' }),
  reliabilityUncalibrated: Type.Array(Bin),
  worst: Type.Array(Mistake, { description: 'The mistakes that the model was most confident of.' }),
  confused: Type.Array(
    Type.Object({
      label: Type.String(),
      predicted: Type.String(),
      images: Type.Integer(),
      examples: Type.Array(Mistake, { description: 'The most confident of them.' }),
    }),
    { description: 'The pairs of classes that were mistaken most often.' },
  ),
  testTimeAugmentation: Type.Optional(TestTimeAugmentation),
  robustness: Type.Optional(Robustness),
  seconds: Type.Number({ description: 'Time that training took.' }),
  stoppedEarly: Type.Optional(StoppedEarly),
  cost: Type.Optional(Cost),
  provenance: Type.Optional(Provenance),
})
export type Report = Static<typeof Report>
export type OpenSetReport = Static<typeof OpenSet>
export type ClassScores = Static<typeof ClassScores>
export type ReliabilityBin = Static<typeof Bin>
export type Robustness = Static<typeof Robustness>
export type Mistake = Static<typeof Mistake>
export type Shots = Report['shots']
