import Type, { type Static } from 'typebox'
import { PretrainedSource } from '../../evaluation/report-parts.ts'

/**
 * What a training run reports, in order: `meeting` where several hosts take part, `started`, then `metrics`, `phase`, `checkpoint`, `artifact` and `log` as they come, and one of
 * `succeeded`, `interrupted`, `paused`, `failed` at the end. The trainer process writes them as JSON lines on fd 3.
 */
export const CheckpointKind = Type.Union([Type.Literal('last'), Type.Literal('best'), Type.Literal('averaged')])

export const TrainEvent = Type.Union([
  Type.Object({
    type: Type.Literal('started'),
    totalSteps: Type.Integer(),
    stepsPerEpoch: Type.Integer(),
    epochs: Type.Number(),
    startStep: Type.Integer({ description: 'Steps done before, more than 0 when resumed.' }),
    parameters: Type.Integer(),
    trainImages: Type.Integer(),
    valImages: Type.Integer(),
    testImages: Type.Integer(),
    engine: Type.String(),
    device: Type.String(),
    threads: Type.Integer(),
    precision: Type.String(),
    pretrained: Type.Optional(PretrainedSource),
  }),
  Type.Object({
    type: Type.Literal('metrics'),
    step: Type.Integer({ description: 'Optimiser steps done.' }),
    epoch: Type.Number({ description: 'Epochs done, fractional.' }),
    totalSteps: Type.Optional(
      Type.Integer({ description: 'A new estimate of the run’s steps, where its budget is time.' }),
    ),
    values: Type.Record(Type.String(), Type.Number(), {
      description:
        'train/loss, train/accuracy, train/learningRate, train/imagesPerSecond, train/dataWait (fraction of time), train/seconds (of training so far, over all attempts), train/secondsLeft; val/loss, val/accuracy; averaged/...',
    }),
  }),
  Type.Object({
    type: Type.Literal('phase'),
    phase: Type.Union([Type.Literal('running'), Type.Literal('finalizing')]),
  }),
  Type.Object({
    type: Type.Literal('checkpoint'),
    kind: CheckpointKind,
    step: Type.Integer(),
    path: Type.String(),
    sizeBytes: Type.Integer(),
    sha256: Type.String(),
    metrics: Type.Record(Type.String(), Type.Number()),
  }),
  Type.Object(
    {
      type: Type.Literal('artifact'),
      kind: Type.String({
        pattern: '^[a-z][a-z0-9-]{0,63}$',
        description: 'What it is, once a job: a later one of the same kind takes the place of the earlier one.',
      }),
      path: Type.String(),
      contentType: Type.String(),
      sizeBytes: Type.Integer(),
      sha256: Type.String(),
    },
    { description: 'A file in addition to the checkpoints that is to be kept with the job.' },
  ),
  Type.Object({
    type: Type.Literal('log'),
    level: Type.Union([Type.Literal('info'), Type.Literal('warn')]),
    message: Type.String(),
  }),
  Type.Object(
    {
      type: Type.Literal('span'),
      name: Type.String({ description: 'training step, validate, checkpoint or finalize.' }),
      startMs: Type.Number({ description: 'Unix time.' }),
      endMs: Type.Number(),
      attributes: Type.Record(Type.String(), Type.Number()),
    },
    { description: 'How long something took, where the task wants to know.' },
  ),
  Type.Object(
    {
      type: Type.Literal('meeting'),
      store: Type.String({ description: 'Address that rank 0 has opened, where the ranks of other hosts find it.' }),
    },
    { description: 'Before `started`, where ranks are on several hosts.' },
  ),
  Type.Object({
    type: Type.Literal('succeeded'),
    report: Type.Unknown({ description: 'The report, see evaluation/report.ts.' }),
  }),
  Type.Object({
    type: Type.Literal('interrupted'),
    step: Type.Integer({ description: 'A checkpoint `last` of this step was written.' }),
  }),
  Type.Object({
    type: Type.Literal('paused'),
    step: Type.Integer({
      description: 'The step at which the task asked it to wait; it was validated, and `last` written.',
    }),
  }),
  Type.Object({
    type: Type.Literal('failed'),
    code: Type.String(),
    fault: Type.Union([Type.Literal('user'), Type.Literal('data'), Type.Literal('capacity'), Type.Literal('infra')]),
    retryable: Type.Boolean(),
    detail: Type.String(),
    step: Type.Optional(Type.Integer()),
  }),
])
export type TrainEvent = Static<typeof TrainEvent>
