import Type, { type Static } from 'typebox'
import { Nullable, Reason, Timestamp } from './resources.ts'

/** One attempt of a job: what a worker did with it between claiming and leaving it. */
export const Attempt = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  worker: Nullable(Type.String({ description: 'Host and process; null where the worker did not say.' })),
  deviceKind: Type.String({ description: 'cpu or cuda.' }),
  devices: Type.Integer({ description: 'In all, where several workers take part.' }),
  members: Nullable(
    Type.Array(Type.Object({ worker: Type.String(), devices: Type.Integer() }), {
      description: 'The workers that run it together, with their devices; the first leads. null: one alone.',
    }),
  ),
  accumulationFactor: Type.Integer({
    description:
      'By how much the gradient accumulation of the spec was multiplied, after memory had run out; 1: as it is.',
  }),
  fromStep: Type.Integer({ description: 'The step of the checkpoint that it started from.' }),
  toStep: Nullable(Type.Integer({ description: 'The last step that it has reported.' })),
  startedAt: Timestamp,
  endedAt: Nullable(
    Type.String({
      format: 'date-time',
      description: 'Of one that was lost, when its lease ran out; null: it is running.',
    }),
  ),
  seconds: Type.Number({ description: 'From start to end, or to now.' }),
  outcome: Nullable(
    Type.String({ description: 'The state that the job went to; `lost` where its worker died or was cut off.' }),
  ),
  reason: Nullable(Reason),
})
export type Attempt = Static<typeof Attempt>
