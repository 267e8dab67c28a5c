import Type from 'typebox'

/** Of the validation images, after each epoch. */
const METRICS = ['val/loss', 'val/accuracy', 'val/balancedAccuracy'] as const
type Metric = (typeof METRICS)[number]
const PATIENCE = 5
const MIN_DELTA = 0
const MODES = ['min', 'max'] as const

/** When training ends before the budget does. */
export interface EarlyStoppingSpec {
  metric: Metric
  /** Whether less or more is better. */
  mode: (typeof MODES)[number]
  /** Epochs in a row with no improvement, after which training ends. */
  patience: number
  minDelta: number
}
/** The same, as users write it. */
export type ParsedEarlyStopping = Partial<EarlyStoppingSpec>

export const EARLY_STOPPING_FIELDS = {
  metric: Type.Union(
    METRICS.map((name) => Type.Literal(name)),
    {
      default: METRICS[0],
      description: 'What has to improve; it is measured on the validation images after each epoch.',
    },
  ),
  mode: Type.Union(
    MODES.map((name) => Type.Literal(name)),
    { description: 'Whether less or more is better; by default min for the loss, max for accuracies.' },
  ),
  patience: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: PATIENCE,
    description: 'Epochs in a row with no improvement after which training ends.',
  }),
  minDelta: Type.Number({
    minimum: 0,
    maximum: 1000,
    default: MIN_DELTA,
    description: 'An improvement is more than this.',
  }),
} as const

export const EARLY_STOPPING = Type.Object(
  {
    metric: Type.Optional(EARLY_STOPPING_FIELDS.metric),
    mode: Type.Optional(EARLY_STOPPING_FIELDS.mode),
    patience: Type.Optional(EARLY_STOPPING_FIELDS.patience),
    minDelta: Type.Optional(EARLY_STOPPING_FIELDS.minDelta),
  },
  {
    additionalProperties: false,
    description:
      'Ends training when a metric has not improved for some epochs. The learning rate follows the whole budget: with a schedule that falls to zero, the best weights come late.',
  },
)

export function resolveEarlyStopping({
  metric = METRICS[0],
  mode = metric === 'val/loss' ? 'min' : 'max',
  patience = PATIENCE,
  minDelta = MIN_DELTA,
}: ParsedEarlyStopping): EarlyStoppingSpec {
  return { metric, mode, patience, minDelta }
}
