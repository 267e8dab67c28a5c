import Type, { type Static } from 'typebox'
import { Nullable } from '../evaluation/nullable.ts'
import { DEVICE_KINDS, type DeviceKind } from './job-needs.ts'
import { JOB_STATES, type JobState } from './job-states.ts'
import { Id, Timestamp } from './resources.ts'

export const WORKER_STATES = ['active', 'cordoned', 'draining'] as const
export type WorkerState = (typeof WORKER_STATES)[number]

/** What operators ask of a worker, and the state that it has then. */
export const WORKER_ACTIONS = {
  cordon: 'cordoned',
  uncordon: 'active',
  drain: 'draining',
} as const satisfies Readonly<Record<string, WorkerState>>
export type WorkerAction = keyof typeof WORKER_ACTIONS

/** Kinds of work; a worker does one of each at a time, and as many jobs as it has devices for. */
export const LANES = ['jobs', 'ingests', 'imports', 'predictions'] as const
export type LaneName = (typeof LANES)[number]

export const WorkerDevice = Type.Object({
  name: Type.String(),
  kind: Type.Unsafe<DeviceKind>({ type: 'string', enum: [...DEVICE_KINDS] }),
  memoryBytes: Nullable(
    Type.Integer({
      description: 'Of a CPU, the memory of its machine, or its part of it; null where it is not known.',
    }),
  ),
})
export type WorkerDevice = Static<typeof WorkerDevice>

/** A job as the list of workers has it. */
export const WorkerJob = Type.Object({
  id: Id('job'),
  name: Type.String(),
  team: Type.Object({ id: Id('team'), name: Type.String() }),
  state: Type.Unsafe<JobState>({ type: 'string', enum: [...JOB_STATES] }),
  claimedAt: Nullable(Timestamp),
})
export type WorkerJob = Static<typeof WorkerJob>

export const Worker = Type.Object({
  id: Id('worker'),
  name: Type.String({ description: 'Host and process, as attempts of jobs name it.' }),
  host: Type.String(),
  version: Type.String(),
  devices: Type.Array(WorkerDevice),
  labels: Type.Array(Type.String()),
  pools: Type.Array(Type.String(), { description: 'That it serves, in order of preference; the first is its own.' }),
  lanes: Type.Array(Type.Unsafe<LaneName>({ type: 'string', enum: [...LANES] }), {
    description: 'Kinds of work that it does.',
  }),
  slots: Type.Integer({ description: 'Its devices, each of which is of one job at a time.' }),
  address: Nullable(
    Type.String({ description: 'Where other workers reach it; null: it takes part in no job of several workers.' }),
  ),
  freeSlots: Type.Integer({ description: 'Devices that no job has.' }),
  jobs: Type.Array(Type.String(), { description: 'That it runs.' }),
  work: Type.Array(WorkerJob, { description: 'The same jobs, with whose they are.' }),
  state: Type.Unsafe<WorkerState>({
    type: 'string',
    enum: [...WORKER_STATES],
    description: 'cordoned: it claims nothing new; draining: it ends when its work has ended.',
  }),
  alive: Type.Boolean({ description: 'Whether it has renewed its registration of late.' }),
  registeredAt: Timestamp,
  heartbeatAt: Timestamp,
})
export type Worker = Static<typeof Worker>
