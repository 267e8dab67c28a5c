import Type, { type Static } from 'typebox'
import { Nullable } from './resources.ts'

/** What stored bytes are added up by. */
export const STORAGE_DIMENSIONS = ['dataset', 'job', 'person', 'kind'] as const
export type StorageDimension = (typeof STORAGE_DIMENSIONS)[number]

export const StorageRow = Type.Object({
  id: Nullable(
    Type.String({
      description:
        'Of a data set or a job; the email of a person, null of what service keys have made; of a kind dataset, upload, checkpoint, artifact, predictions or log.',
    }),
  ),
  name: Nullable(Type.String({ description: 'Of the data set or job.' })),
  items: Type.Integer({ description: 'Versions, uploads, checkpoints, artifacts, results of predictions and logs.' }),
  sizeBytes: Type.Integer(),
  trashBytes: Type.Integer({ description: 'Of these, what is in the trash.' }),
})
export type StorageRow = Static<typeof StorageRow>
