import Type, { type Static } from 'typebox'
import { ENDED_STATES, type JobState } from './job-states.ts'
import { Nullable } from './resources.ts'

const MAX_DAYS = 3650
const MAX_KEPT = 1_000_000
const MAX_TAGS = 20

const Days = Type.Number({ minimum: 0, maximum: MAX_DAYS, description: 'Days since the job has ended.' })

/** Which checkpoints of ended jobs go. */
const CheckpointRule = Type.Object(
  {
    olderThanDays: Days,
    keep: Type.Array(Type.Union([Type.Literal('best'), Type.Literal('last'), Type.Literal('averaged')]), {
      default: ['best', 'last'],
      maxItems: 3,
      description: 'The kinds of which the newest one is kept; all others go.',
    }),
  },
  { additionalProperties: false },
)

/** Which ended jobs go, with all that they have. */
const JobRule = Type.Object(
  {
    olderThanDays: Days,
    states: Type.Array(Type.Unsafe<JobState>({ type: 'string', enum: [...ENDED_STATES] }), {
      minItems: 1,
      maxItems: ENDED_STATES.length,
      default: ['failed', 'canceled'],
    }),
    keepNewest: Type.Integer({
      minimum: 0,
      maximum: MAX_KEPT,
      default: 0,
      description: 'So many of them stay in any case, those that ended last.',
    }),
  },
  { additionalProperties: false },
)

/** What a team deletes by rule; null: nothing. */
export const RetentionPolicy = Type.Object(
  {
    checkpoints: Nullable(CheckpointRule),
    jobs: Nullable(JobRule),
    keepTags: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      maxItems: MAX_TAGS,
      description: 'Jobs with one of these tags are kept, and so are their checkpoints.',
    }),
  },
  { additionalProperties: false },
)
export type RetentionPolicy = Static<typeof RetentionPolicy>

export const NO_RETENTION: RetentionPolicy = { checkpoints: null, jobs: null, keepTags: [] }

/** Something that the rules delete the next time. */
export const RetentionCandidate = Type.Object({
  id: Type.String(),
  type: Type.Union([Type.Literal('job'), Type.Literal('checkpoint')]),
  job: Type.String(),
  name: Type.String({ description: 'Of the job.' }),
  sizeBytes: Type.Integer({ description: 'Checkpoints and artifacts.' }),
})
export type RetentionCandidate = Static<typeof RetentionCandidate>
