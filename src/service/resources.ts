import Type, { type Static, type TSchema } from 'typebox'
import { Nullable } from '../evaluation/nullable.ts'
import { ChangedImages } from '../job-spec/dataset-changes.ts'
import { FINDINGS, type Finding } from '../job-spec/findings.ts'
import { SPLITS, type Split } from '../job-spec/splits.ts'
import { TASK_KINDS, type TaskKind } from '../job-spec/tasks.ts'
import { IngestSettings } from './dataset-options.ts'
import { FinalMetrics } from './final-metrics.ts'
import { lifeFields } from './job-life-fields.ts'
import { JOB_STATES, type JobState } from './job-states.ts'

export { Nullable }
export const Timestamp = Type.String({ format: 'date-time' })
export const Id = (prefix: string) => Type.String({ pattern: `^${prefix}_[a-z0-9]+$` })

/** Why something ended otherwise than hoped. */
export const Reason = Type.Object({
  code: Type.String(),
  fault: Type.Union(
    [
      Type.Literal('user'),
      Type.Literal('data'),
      Type.Literal('capacity'),
      Type.Literal('infra'),
      Type.Literal('poison'),
    ],
    { description: 'Whose fault it is; poison: what it asks for kills the workers that try.' },
  ),
  retryable: Type.Boolean(),
  detail: Type.String(),
})
export type Reason = Static<typeof Reason>

/** The team that shares something; null of what is the team's own. */
export const SharedBy = Nullable(Type.Object({ team: Id('team'), name: Type.String() }))
export type SharedBy = Static<typeof SharedBy>

const DatasetState = Type.Union(
  [Type.Literal('importing'), Type.Literal('ingesting'), Type.Literal('ready'), Type.Literal('failed')],
  { description: 'importing: a worker fetches it; ingesting: its images are read.' },
)
const VersionNumber = Type.Integer({ minimum: 1 })
const SplitCounts = Type.Object({ train: Type.Integer(), val: Type.Integer(), test: Type.Integer() })

const datasetFields = {
  id: Id('ds'),
  version: Type.Integer({
    minimum: 1,
    description: 'The version that is described; without one in the address, the newest that is ready.',
  }),
  name: Type.String(),
  state: DatasetState,
  sizeBytes: Type.Integer({ description: 'Size of the upload; of an import, what has come so far.' }),
  filesRead: Type.Integer({ description: 'Files that ingest has read so far.' }),
  fractionRead: Type.Number({ description: 'Fraction of the upload that ingest has read so far, 0 to 1.' }),
  classCount: Nullable(Type.Integer({ description: 'Classes; null until it is ready.' })),
  images: Nullable(SplitCounts),
  options: IngestSettings,
  reason: Nullable(Reason),
  sharedBy: SharedBy,
  createdAt: Timestamp,
}
/** A data set in a list, without the names of its classes. */
export const DatasetSummary = Type.Object(datasetFields)
export type DatasetSummary = Static<typeof DatasetSummary>

export const Dataset = Type.Object({ ...datasetFields, classes: Nullable(Type.Array(Type.String())) })
export type Dataset = Static<typeof Dataset>

/** One of the versions of a data set. It never changes once it is ready. */
export const DatasetVersion = Type.Object({
  dataset: Id('ds'),
  version: VersionNumber,
  parent: Nullable(Type.Integer({ description: 'The version that it was made of; null of the first.' })),
  state: DatasetState,
  changed: Nullable(ChangedImages),
  classCount: Nullable(Type.Integer()),
  images: Nullable(SplitCounts),
  reason: Nullable(Reason),
  createdAt: Timestamp,
})
export type DatasetVersion = Static<typeof DatasetVersion>

/** An image of a data set, or a file that was set aside when it was read. */
export const DatasetItem = Type.Object({
  status: Type.Union([Type.Literal('kept'), Type.Literal('quarantined')], {
    description: 'quarantined: a file that was set aside; `problem` says why.',
  }),
  item: Nullable(Type.Integer({ description: 'Number of the image among all of this version, from 0.' })),
  file: Type.String({ description: 'Path in the upload.' }),
  class: Nullable(Type.String()),
  split: Nullable(Type.Unsafe<Split>({ type: 'string', enum: [...SPLITS] })),
  index: Nullable(Type.Integer({ description: 'Number of the image among those of its split, from 0.' })),
  group: Nullable(Type.String({ description: 'Images of one group stay in one split.' })),
  width: Nullable(Type.Integer({ description: 'Pixels, as it is stored.' })),
  height: Nullable(Type.Integer()),
  sha256: Nullable(Type.String({ description: 'Of its size and decoded pixels.' })),
  findings: Type.Array(Type.Unsafe<Finding>({ type: 'string', enum: [...FINDINGS] }), {
    description:
      'duplicate: the data set has an equal image; conflict: one of another class; near-duplicate: a nearly equal one in a later split; constant: it shows one colour only.',
  }),
  problem: Nullable(Type.Object({ code: Type.String(), detail: Type.String() })),
})
export type DatasetItem = Static<typeof DatasetItem>

/** A resumable upload. */
export const Upload = Type.Object({
  id: Id('up'),
  sizeBytes: Nullable(Type.Integer({ description: 'Bytes in all; null until the client has said how many.' })),
  offset: Type.Integer({ description: 'Bytes that have come.' }),
  metadata: Nullable(Type.Record(Type.String(), Nullable(Type.String()))),
  dataset: Nullable(Id('ds')),
  expiresAt: Type.String({ format: 'date-time', description: 'When it is removed, unless more comes before.' }),
})
export type Upload = Static<typeof Upload>

export const Progress = Type.Object({
  step: Type.Integer(),
  totalSteps: Type.Integer(),
  epoch: Type.Number(),
  epochs: Type.Number(),
  imagesPerSecond: Type.Number(),
  secondsLeft: Type.Number(),
  loss: Type.Number(),
  accuracy: Type.Number(),
  valAccuracy: Nullable(Type.Number()),
})
export type Progress = Static<typeof Progress>

export const MIN_PRIORITY = -100
export const MAX_PRIORITY = 100

const jobFields = {
  id: Id('job'),
  name: Type.String(),
  kind: Type.Unsafe<TaskKind>({
    type: 'string',
    enum: [...TASK_KINDS],
    description:
      'fit: training; range-test: the learning-rate range test; policy-search: a search for an augmentation policy.',
  }),
  dataset: Id('ds'),
  datasetVersion: Type.Integer({ minimum: 1 }),
  datasetName: Type.String({ description: 'Also where the data set was deleted.' }),
  model: Nullable(Type.String({ description: 'Name of the architecture.' })),
  datasetDeleted: Type.Boolean({
    description: 'Whether this version of the data set is gone: the job cannot run again.',
  }),
  sweep: Nullable(Id('sweep')),
  state: Type.Unsafe<JobState>({ type: 'string', enum: [...JOB_STATES] }),
  specHash: Type.String(),
  warnings: Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }), {
    description: 'What is allowed in the spec and probably not meant.',
  }),
  progress: Nullable(Progress),
  accuracy: Nullable(Type.Number({ description: 'On the test split, once succeeded.' })),
  finalMetrics: Nullable(FinalMetrics),
  reason: Nullable(Reason),
  priority: Type.Integer({ description: 'Among the jobs of its team; the highest first.' }),
  submittedBy: Nullable(Type.String({ description: 'Email of the person; null where a service key did.' })),
  ...lifeFields,
  attempt: Type.Integer(),
  notBefore: Nullable(
    Type.String({ format: 'date-time', description: 'When a queued job is tried again after a failure.' }),
  ),
  createdAt: Timestamp,
  endedAt: Nullable(Timestamp),
}
const specFields = {
  spec: Type.Unknown({ description: 'The resolved spec.' }),
  reasons: Type.Unknown({ description: 'Why a default has its value, by pointer.' }),
}

export const Job = Type.Object({ ...jobFields, notes: Type.String(), ...specFields })
export type Job = Static<typeof Job>

/** A job in a list; its spec is there when it is asked for. */
export const JobSummary = Type.Object({
  ...jobFields,
  notes: Type.Optional(Type.String()),
  spec: Type.Optional(specFields.spec),
  reasons: Type.Optional(specFields.reasons),
})
export type JobSummary = Static<typeof JobSummary>

export const Transition = Type.Object({
  from: Nullable(Type.String()),
  to: Type.String(),
  reason: Nullable(Reason),
  at: Timestamp,
})
export type Transition = Static<typeof Transition>

export const JobEvent = Type.Object({ id: Type.String(), type: Type.String(), data: Type.Unknown(), at: Timestamp })
export type JobEvent = Static<typeof JobEvent>

export const MetricSeries = Type.Object({
  key: Type.String(),
  points: Type.Array(Type.Tuple([Type.Integer(), Type.Number()]), { description: '[step, value]' }),
})
export type MetricSeries = Static<typeof MetricSeries>

export const Checkpoint = Type.Object({
  id: Id('ckpt'),
  job: Id('job'),
  kind: Type.Union([Type.Literal('last'), Type.Literal('best'), Type.Literal('averaged')]),
  step: Type.Integer(),
  sizeBytes: Type.Integer(),
  sha256: Type.String(),
  metrics: Type.Record(Type.String(), Type.Number()),
  createdAt: Timestamp,
})
export type Checkpoint = Static<typeof Checkpoint>

export const Artifact = Type.Object({
  job: Id('job'),
  kind: Type.String({ description: 'What it is; a job has one of a kind.' }),
  fileName: Type.String(),
  contentType: Type.String(),
  sizeBytes: Type.Integer(),
  sha256: Type.String(),
  createdAt: Timestamp,
})
export type Artifact = Static<typeof Artifact>

export const Name = Type.String({ minLength: 1, maxLength: 200 })
export const Team = Type.Object({ id: Id('team'), name: Type.String(), createdAt: Timestamp })
export type Team = Static<typeof Team>

export const SCOPES = ['read', 'write', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

export const ScopeName = Type.Unsafe<Scope>({ type: 'string', enum: [...SCOPES] })

export const ApiKey = Type.Object({
  id: Id('key'),
  name: Type.String(),
  scopes: Type.Array(ScopeName),
  member: Nullable(Id('mem')),
  createdAt: Timestamp,
  expiresAt: Nullable(Type.String({ format: 'date-time', description: 'From then on it is refused.' })),
  lastUsedAt: Nullable(Type.String({ format: 'date-time', description: 'To the minute.' })),
  rotatedFrom: Nullable(Id('key')),
})
export type ApiKey = Static<typeof ApiKey>

export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({ data: Type.Array(item), nextCursor: Nullable(Type.String()) })

export interface Page<T> {
  data: T[]
  nextCursor: string | null
}
