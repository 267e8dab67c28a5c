import Type, { type Static } from 'typebox'
import { MAX_TRIALS, Space, type Parameters } from '../job-spec/space.ts'
import { MAX_POLICY_NAME_LENGTH, POLICY_NAME } from '../job-spec/policies.ts'
import { PolicySearchOptions } from '../job-spec/policy-search.ts'
import { RangeTestOptions } from '../job-spec/tasks.ts'
import { JobResources } from './job-needs.ts'
import { JOB_STATES, type JobState } from './job-states.ts'
import { Id, MAX_PRIORITY, MIN_PRIORITY, Nullable, Reason, Timestamp } from './resources.ts'

export const SWEEP_KINDS = ['grid', 'random', 'asha', 'range-test', 'policy-search'] as const
export type SweepKind = (typeof SWEEP_KINDS)[number]
const KIND = Type.Unsafe<SweepKind>({
  type: 'string',
  enum: [...SWEEP_KINDS],
  description:
    'grid: every combination; random: points drawn at random; asha: random points by asynchronous successive halving; range-test: one trial, the learning-rate range test; policy-search: one trial, a search for an augmentation policy, which is then saved for the team.',
})

const OBJECTIVES = [
  'val/accuracy',
  'val/loss',
  'train/accuracy',
  'train/loss',
  'averaged/accuracy',
  'averaged/loss',
] as const
const MODE = Type.Unsafe<'max' | 'min'>({ type: 'string', enum: ['max', 'min'] })
const METRIC = Type.Unsafe<(typeof OBJECTIVES)[number]>({ type: 'string', enum: [...OBJECTIVES] })

const Halving = Type.Object(
  {
    eta: Type.Integer({
      default: 3,
      minimum: 2,
      maximum: 10,
      description: 'One trial in `eta` is promoted from a rung.',
    }),
    minimum: Type.Number({
      default: 0.1,
      minimum: 0.001,
      maximum: 0.5,
      description: 'Smallest fraction of the budget of the first rung; rungs are shares of 1/eta, 1/eta², ... of it.',
    }),
  },
  { additionalProperties: false },
)

const PolicySearchRequest = Type.Object(
  {
    saveAs: Type.String({
      pattern: POLICY_NAME,
      maxLength: MAX_POLICY_NAME_LENGTH,
      description: 'Name under which the policy is saved for the team; `auto-augment` takes it as its `policy`.',
    }),
    ...PolicySearchOptions.properties,
  },
  { additionalProperties: false, description: 'Options of a search for an augmentation policy.' },
)

/** What a sweep is made from. */
export const SweepRequest = Type.Object(
  {
    name: Type.String({ default: '', maxLength: 150, description: 'What people call the sweep.' }),
    dataset: Type.String({ maxLength: 100, description: 'Id of a data set.' }),
    spec: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      maxProperties: 50,
      description: 'The JobSpec that every trial starts from, without `dataset`.',
    }),
    kind: KIND,
    space: Type.Optional(Space),
    trials: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_TRIALS, description: 'Points that random and asha draw; 20.' }),
    ),
    objective: Type.Object(
      {
        metric: Type.Unsafe<(typeof OBJECTIVES)[number]>({ ...METRIC, default: 'val/accuracy' }),
        mode: Type.Optional(MODE),
      },
      {
        default: {},
        additionalProperties: false,
        description: 'What is compared: the best value of a metric so far; accuracies are maximised, losses minimised.',
      },
    ),
    priority: Type.Integer({
      default: 0,
      minimum: MIN_PRIORITY,
      maximum: MAX_PRIORITY,
      description: 'Of its jobs, among those of the team; the highest first.',
    }),
    resources: Type.Optional(JobResources),
    asha: Type.Optional(Halving),
    rangeTest: Type.Optional(RangeTestOptions),
    policySearch: Type.Optional(PolicySearchRequest),
    seed: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 2_147_483_647,
      description: 'Of the points that are drawn.',
    }),
  },
  { additionalProperties: false },
)
export type SweepRequest = Static<typeof SweepRequest>

const Objective = Type.Object({ metric: METRIC, mode: MODE })
export type Objective = Static<typeof Objective>

export const SweepTrial = Type.Object({
  number: Type.Integer(),
  job: Id('job'),
  state: Type.Unsafe<JobState>({ type: 'string', enum: [...JOB_STATES] }),
  parameters: Type.Unsafe<Parameters>(Type.Unknown({ description: 'Values by pointer.' })),
  rung: Type.Integer({ description: 'The rung that it trains to, or has ended on.' }),
  done: Type.Number({ description: 'Fraction of the budget that is done.' }),
  value: Nullable(Type.Number({ description: 'Best value of the objective so far.' })),
  accuracy: Nullable(Type.Number({ description: 'On the test split, once there is a report.' })),
  reason: Nullable(Reason),
})
export type SweepTrial = Static<typeof SweepTrial>

export const SWEEP_STATES = ['running', 'succeeded', 'failed', 'canceled'] as const
export type SweepState = (typeof SWEEP_STATES)[number]

const summary = {
  id: Id('sweep'),
  name: Type.String(),
  dataset: Id('ds'),
  datasetVersion: Type.Integer({ minimum: 1 }),
  kind: KIND,
  state: Type.Unsafe<SweepState>({ type: 'string', enum: [...SWEEP_STATES] }),
  objective: Objective,
  counts: Type.Object({ trials: Type.Integer(), ended: Type.Integer() }),
  best: Nullable(Type.Object({ number: Type.Integer(), job: Id('job'), value: Type.Number() })),
  reason: Nullable(Reason),
  createdAt: Timestamp,
  endedAt: Nullable(Timestamp),
}

export const SweepSummary = Type.Object(summary)
export type SweepSummary = Static<typeof SweepSummary>

/** The report of the one trial of a range test or policy search, as far as it is read again. */
export type SweepResult =
  { suggestion: Record<'base' | 'steepest' | 'maximum', number> | null } | { policy: unknown } | null

export const Sweep = Type.Object({
  ...summary,
  spec: Type.Unknown({ description: 'What every trial starts from.' }),
  space: Nullable(Type.Unsafe<Space>(Type.Unknown())),
  rungs: Type.Array(Type.Number(), {
    description: 'Shares of the budget at which trials are compared, the last one 1.',
  }),
  trials: Type.Array(SweepTrial),
  result: Type.Unsafe<SweepResult>(
    Type.Unknown({
      description:
        'Of a range test its points and the suggestion, of a policy search the policy and what was tried; null before, and of other kinds.',
    }),
  ),
})
export type Sweep = Static<typeof Sweep>

/** What is kept of a request: everything that decisions follow from. */
export interface SweepPlan {
  spec: Record<string, unknown>
  space: Space | null
  objective: Objective
  eta: number
  rungs: number[]
}

/** The better of two values of an objective, as a score that is larger when better. */
export const scoreOf = (value: number, { mode }: Pick<Objective, 'mode'>): number => (mode === 'max' ? value : -value)

/** The best trial: of those that have had the whole budget, else of all. */
export function bestOf(
  trials: readonly Pick<SweepTrial, 'number' | 'job' | 'state' | 'value'>[],
  objective: Objective,
): SweepSummary['best'] {
  const whole = trials.filter(({ state, value }) => state === 'succeeded' && value !== null)
  let best: SweepSummary['best'] = null
  for (const { number, job, value } of whole.length > 0 ? whole : trials)
    if (value !== null && (best === null || scoreOf(value, objective) > scoreOf(best.value, objective)))
      best = { number, job, value }
  return best
}
