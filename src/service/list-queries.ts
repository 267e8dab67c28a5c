import Type, { type Static } from 'typebox'
import { FINAL_METRICS } from './final-metrics.ts'
import { JOB_STATES } from './job-states.ts'
import { SWEEP_KINDS, SWEEP_STATES } from './sweep-resources.ts'

const MAX_TEXT = 200
/** A cursor holds the name or number after which the list continues. */
const MAX_CURSOR = 2000
const MAX_SPEC_CONDITIONS = 1000

export const DATASET_STATES = ['importing', 'ingesting', 'ready', 'failed'] as const

const states = (known: readonly string[]) =>
  Type.Optional(
    Type.String({
      maxLength: MAX_TEXT,
      description: `One of ${known.join(', ')}; or several, with commas between them.`,
    }),
  )
const sorts = (known: readonly string[], note = '') =>
  Type.Optional(
    Type.String({
      maxLength: MAX_TEXT,
      description: `${known.join(', ')}; from the highest or latest with - before it. \`-created\` without it.${note}`,
    }),
  )
const Dataset = Type.Optional(Type.String({ maxLength: 64, description: 'ID, with all its versions, or ID@VERSION.' }))

const pageFields = {
  limit: Type.Integer({ default: 50, minimum: 1, maximum: 500, description: 'Items per page.' }),
  after: Type.Optional(Type.String({ maxLength: MAX_CURSOR, description: 'The `nextCursor` of the page before.' })),
}
const listFields = {
  name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: MAX_TEXT + 1,
      description: 'The whole name, or with * at the end how it begins; upper and lower case are alike.',
    }),
  ),
  createdAfter: Type.Optional(Type.String({ maxLength: 64, description: 'A time with its zone.' })),
  createdBefore: Type.Optional(Type.String({ maxLength: 64, description: 'A time with its zone.' })),
}

export const LIST_SORTS = ['created', 'name'] as const
export const JOB_SORTS = [...LIST_SORTS, 'priority', ...FINAL_METRICS] as const

/** What the list of jobs can be asked for. Another filter is a property here, a condition in `list-requests.ts` and one in the store. */
export const JobsQuery = Type.Object({
  ...pageFields,
  state: states(JOB_STATES),
  ...listFields,
  dataset: Dataset,
  model: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_TEXT, description: 'Name of the architecture.' })),
  tag: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: MAX_TEXT,
      description: 'Tags with commas between them; jobs have all of them.',
    }),
  ),
  metric: Type.Optional(
    Type.String({
      maxLength: MAX_TEXT,
      description: `Conditions on final metrics, with commas between them, such as \`balancedAccuracy>=0.9,ece<0.05\`. Metrics: ${FINAL_METRICS.join(', ')}.`,
    }),
  ),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: MAX_TEXT,
      description: 'Text in the name, id, tags or notes; upper and lower case are alike.',
    }),
  ),
  submittedBy: Type.Optional(
    Type.String({ minLength: 1, maxLength: MAX_TEXT, description: 'Email of the person who submitted the job.' }),
  ),
  sweep: Type.Optional(
    Type.String({
      pattern: '^(none|sweep_[a-z0-9]+)$',
      maxLength: 64,
      description: 'Trials of this sweep; `none`: jobs that are no trials.',
    }),
  ),
  spec: Type.Optional(
    Type.String({
      maxLength: MAX_SPEC_CONDITIONS,
      description:
        'Values in the resolved spec, with commas between them, such as `batchSize=64,loss.name=cross-entropy`.',
    }),
  ),
  sort: sorts(JOB_SORTS, ' By a metric, jobs that have none are left out.'),
  include: Type.Optional(
    Type.Literal('spec', {
      description: 'The specs too, and why they have their values; then at most 50 jobs a page.',
    }),
  ),
})
export type JobsQuery = Static<typeof JobsQuery>

export const DatasetsQuery = Type.Object({
  ...pageFields,
  state: states(DATASET_STATES),
  ...listFields,
  sort: sorts(LIST_SORTS),
})
export type DatasetsQuery = Static<typeof DatasetsQuery>

export const SweepsQuery = Type.Object({
  ...pageFields,
  state: states(SWEEP_STATES),
  ...listFields,
  dataset: Dataset,
  kind: Type.Optional(Type.Unsafe<(typeof SWEEP_KINDS)[number]>({ type: 'string', enum: [...SWEEP_KINDS] })),
  sort: sorts(LIST_SORTS),
})
export type SweepsQuery = Static<typeof SweepsQuery>
