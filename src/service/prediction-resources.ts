import Type, { type Static } from 'typebox'
import { SPLITS, type Split } from '../job-spec/splits.ts'
import { AnsweringModel } from './registry-resources.ts'
import { Id, Nullable, Reason, Timestamp } from './resources.ts'

export const BATCH_STATES = ['queued', 'running', 'succeeded', 'failed'] as const
export type BatchState = (typeof BATCH_STATES)[number]
export const OPEN_BATCH_STATES: readonly BatchState[] = ['queued', 'running']

export const RESULT_FORMATS = ['jsonl', 'csv'] as const
export type ResultFormat = (typeof RESULT_FORMATS)[number]

const Split = Type.Unsafe<Split>({ type: 'string', enum: [...SPLITS] })
const settings = {
  split: Type.Optional(Split),
  format: Type.Unsafe<ResultFormat>({
    type: 'string',
    enum: [...RESULT_FORMATS],
    default: 'jsonl',
    description: 'jsonl: one JSON document per image; csv: one line per image, with a header.',
  }),
  top: Type.Integer({
    default: 5,
    minimum: 1,
    maximum: 1000,
    description: 'Classes an image, the most probable first.',
  }),
  tta: Type.Boolean({ default: false, description: 'As of a prediction by request.' }),
}
export const BatchSettings = Type.Object(settings)
export type BatchSettings = Static<typeof BatchSettings>

/** Predictions of many images, which a worker makes. */
export const PredictionBatch = Type.Object({
  id: Id('pred'),
  state: Type.Unsafe<BatchState>({ type: 'string', enum: [...BATCH_STATES] }),
  model: Nullable(AnsweringModel),
  checkpoint: Id('ckpt'),
  dataset: Nullable(Id('ds')),
  datasetVersion: Nullable(Type.Integer({ minimum: 1 })),
  ...settings,
  images: Nullable(Type.Integer({ description: 'In all; null until it is known.' })),
  predicted: Type.Integer({ description: 'Images so far.' }),
  failed: Type.Integer({ description: 'Images among them that could not be read; the result says why of each.' }),
  reason: Nullable(Reason),
  result: Nullable(Type.Object({ contentType: Type.String(), sizeBytes: Type.Integer(), sha256: Type.String() })),
  createdAt: Timestamp,
  endedAt: Nullable(Timestamp),
})
export type PredictionBatch = Static<typeof PredictionBatch>

export const NewPredictionBatch = Type.Object(
  {
    model: Type.Optional(
      Type.String({ maxLength: 140, description: 'NAME, NAME:VERSION or NAME@ALIAS; or give `checkpoint`.' }),
    ),
    checkpoint: Type.Optional(Type.String({ maxLength: 64 })),
    dataset: Type.Optional(
      Type.String({ maxLength: 64, description: 'A data set, or one of its versions, ID@3; or give `upload`.' }),
    ),
    upload: Type.Optional(
      Type.String({ maxLength: 64, description: 'A resumable upload that is whole: an archive of images.' }),
    ),
    ...settings,
    split: Type.Optional(Type.Unsafe<Split>({ ...Split, description: 'Of the data set; all of it without one.' })),
  },
  { additionalProperties: false },
)
export type NewPredictionBatch = Static<typeof NewPredictionBatch>

export const contentTypeOf = (format: ResultFormat): string =>
  format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
