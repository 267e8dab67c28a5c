import Type, { type Static } from 'typebox'
import { Timestamp } from './resources.ts'

/** What can be in the trash. */
export const TRASHED_TYPES = ['job', 'sweep', 'checkpoint', 'artifact', 'dataset', 'datasetVersion', 'team'] as const
export type TrashedType = (typeof TRASHED_TYPES)[number]

/** Something that was deleted and can still be restored. */
export const TrashEntry = Type.Object({
  id: Type.String({
    description: 'Of what was deleted; of an artifact JOB:KIND, of a version of a data set DATASET@NUMBER.',
  }),
  type: Type.Unsafe<TrashedType>({ type: 'string', enum: [...TRASHED_TYPES] }),
  name: Type.String(),
  sizeBytes: Type.Integer({ description: 'What it occupies until it is purged.' }),
  deletedAt: Timestamp,
  purgeAt: Type.String({ format: 'date-time', description: 'From then on it is removed for good.' }),
})
export type TrashEntry = Static<typeof TrashEntry>
