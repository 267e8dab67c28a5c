import Type, { type Static } from 'typebox'
import { SPLITS, type Split } from '../job-spec/splits.ts'
import { Nullable, pageOf } from './resources.ts'

const ImagePlace = Type.Object({
  item: Type.Integer({ description: 'Number of the image among all of its version, from 0.' }),
  class: Type.String(),
  split: Type.Unsafe<Split>({ type: 'string', enum: [...SPLITS] }),
})
export type ImagePlace = Static<typeof ImagePlace>

/** An image in which two versions of a data set differ. */
export const DatasetDifference = Type.Object({
  file: Type.String({ description: 'Path in the upload.' }),
  change: Type.Union([Type.Literal('appended'), Type.Literal('changed'), Type.Literal('removed')], {
    description: 'changed: it has another class or split.',
  }),
  before: Nullable(ImagePlace),
  after: Nullable(ImagePlace),
})
export type DatasetDifference = Static<typeof DatasetDifference>

/** How a version differs from another one: a page of it. */
export const VersionComparison = Type.Object({
  base: Type.Integer({ minimum: 1, description: 'The version that it is compared with.' }),
  version: Type.Integer({ minimum: 1 }),
  ...pageOf(DatasetDifference).properties,
})
export type VersionComparison = Static<typeof VersionComparison>
