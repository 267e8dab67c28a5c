import Type, { type Static } from 'typebox'
import { Needs } from './job-needs.ts'
import { JOB_STATES, type JobState } from './job-states.ts'
import { Id, Job, Nullable, pageOf, Timestamp } from './resources.ts'

/** What a team may use and has used, and why a job waits. */

const Limit = Type.Object({
  limit: Nullable(Type.Number({ description: 'null: none.' })),
  used: Nullable(Type.Number({ description: 'null where it is not told.' })),
})
/** What a team may have at most, and has. */
export const QuotaState = Type.Object({
  runningJobs: Limit,
  queuedJobs: Limit,
  deviceHours: Limit,
  ingests: Limit,
  uploads: Limit,
  bytes: Limit,
  apiKeys: Limit,
  requestsPerMinute: Limit,
})
export type QuotaState = Static<typeof QuotaState>

/** Device time; what it is not added up by is null. */
export const UsageRow = Type.Object({
  day: Nullable(Type.String({ format: 'date' })),
  job: Nullable(Type.String()),
  person: Nullable(Type.String({ description: 'Email of who submitted the jobs; null where a service key did.' })),
  key: Nullable(Type.String({ description: 'The API key that submitted the jobs.' })),
  deviceKind: Nullable(Type.String({ description: 'cpu or cuda.' })),
  jobs: Type.Integer({ description: 'How many jobs it is of.' }),
  deviceSeconds: Type.Number({ description: 'Time on devices, times the devices of a job.' }),
})
export type UsageRow = Static<typeof UsageRow>

/** What a job has to wait for that no worker can run as things are. */
export const WaitingFor = Type.Object(
  {
    resources: Needs,
    workers: Type.Integer({ description: 'Workers that are registered.' }),
    detail: Type.String(),
  },
  { description: 'A worker that is not there: no registered one can run it as things are.' },
)
export type WaitingFor = Static<typeof WaitingFor>

/** A job as the answer to its submission. */
export const SubmittedJob = Type.Object({ ...Job.properties, waitingFor: Nullable(WaitingFor) })
export type SubmittedJob = Static<typeof SubmittedJob>

/** Why a job waits. */
export const Explanation = Type.Object({
  job: Id('job'),
  state: Type.Unsafe<JobState>({ type: 'string', enum: [...JOB_STATES] }),
  rank: Nullable(Type.Integer({ description: 'Expected place among all jobs that wait, from 1.' })),
  ahead: Nullable(
    Type.Object({
      own: Type.Integer({ description: 'Jobs of the team that are before it.' }),
      ownJobs: Type.Array(Type.String(), { description: 'The first of them.' }),
      others: Nullable(Type.Integer({ description: 'Jobs of other teams that are expected to start before it.' })),
    }),
  ),
  share: Nullable(
    Type.Object(
      {
        own: Type.Number({ description: 'Of the team.' }),
        mean: Type.Number({ description: 'Of all teams that wait or run.' }),
        weight: Type.Number(),
        waitingTeams: Type.Integer(),
      },
      { description: 'Decayed device-seconds over weight; the team with the least is next.' },
    ),
  ),
  quota: Nullable(
    Type.Object({ name: Type.String(), freesAt: Nullable(Timestamp) }, { description: 'The one that holds it up.' }),
  ),
  waitsFor: Type.Array(
    Type.Object({
      id: Type.String(),
      state: Nullable(Type.String({ description: 'null: it was deleted.' })),
    }),
    { description: 'Jobs and data sets that it runs after and that are not done.' },
  ),
  waitingFor: Nullable(WaitingFor),
  expectedStart: Nullable(
    Type.Object({
      at: Timestamp,
      seconds: Type.Number({ description: 'From now.' }),
      byPreemption: Type.Boolean({ description: 'On a device that another job is asked to leave.' }),
      method: Type.String(),
    }),
  ),
  detail: Type.String(),
})
export type Explanation = Static<typeof Explanation>

export const WAITS_ON = ['turn', 'retry', 'dependency', 'worker', 'quota', 'suspension'] as const
export type WaitsOn = (typeof WAITS_ON)[number]

/** A queued job of any team, as operators see it. */
export const QueuedJob = Type.Object({
  job: Id('job'),
  name: Type.String(),
  team: Type.Object({ id: Id('team'), name: Type.String() }),
  rank: Nullable(
    Type.Integer({
      description: 'Expected place among all jobs that wait, from 1; null where it has none as things are.',
    }),
  ),
  priority: Type.Integer(),
  createdAt: Timestamp,
  waitedSeconds: Type.Number({ description: 'Since it was queued, or may be tried again.' }),
  resources: Needs,
  share: Type.Object(
    { own: Type.Number({ description: 'Of its team.' }), mean: Type.Number(), weight: Type.Number() },
    { description: 'Decayed device-seconds over weight; the team with the least is next.' },
  ),
  waitsOn: Type.Unsafe<WaitsOn>({
    type: 'string',
    enum: [...WAITS_ON],
    description:
      'turn: its place in the queue; retry: the time until it is tried again after a failure; dependency: what it runs after; worker: one that has what it needs; quota: a limit of its team; suspension: its team is suspended.',
  }),
  detail: Type.String({ description: 'Why it waits.' }),
  expectedStart: Nullable(Type.Object({ at: Timestamp, seconds: Type.Number({ description: 'From now.' }) })),
})
export type QueuedJob = Static<typeof QueuedJob>

/** A page of the queue. */
export const QueuePage = Type.Object({
  ...pageOf(QueuedJob).properties,
  waiting: Type.Integer({ description: 'Queued jobs in all.' }),
})
export type QueuePage = Static<typeof QueuePage>
