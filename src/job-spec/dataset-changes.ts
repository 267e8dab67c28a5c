import Type, { type Static, type TObject } from 'typebox'
import { SPLITS, type Split } from './splits.ts'

/** Selectors of one request, of each kind. */
const MAX_SELECTORS = 50_000
const MAX_PATH_LENGTH = 4096
const MAX_NAME_LENGTH = 200

const SplitName = Type.Unsafe<Split>({ type: 'string', enum: [...SPLITS] })
const ClassName = Type.String({
  minLength: 1,
  maxLength: MAX_NAME_LENGTH,
  pattern: '^(?!\\s)(?!.*\\s$)[^\\p{Cc}]+$',
})
const strict = { additionalProperties: false }

const selectorFields = {
  item: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'Number of an image among the items of `base`.' }),
  ),
  file: Type.Optional(Type.String({ maxLength: MAX_PATH_LENGTH, description: 'Path of an image in its upload.' })),
  class: Type.Optional(Type.String({ maxLength: MAX_NAME_LENGTH, description: 'All images of a class.' })),
  split: Type.Optional(Type.Unsafe<Split>({ ...SplitName, description: 'All images of a split.' })),
}
const listOf = <T extends TObject>(of: T, description: string) =>
  Type.Optional(Type.Array(of, { minItems: 1, maxItems: MAX_SELECTORS, description }))

/** Which images of a version are selected: those that match every field that is given. */
export const ItemSelector = Type.Object(selectorFields, { ...strict, minProperties: 1 })
export type ItemSelector = Static<typeof ItemSelector>

/** What becomes of the images that a version has. */
export const ItemChanges = Type.Object(
  {
    remove: listOf(ItemSelector, 'Images to leave out.'),
    relabel: listOf(
      Type.Object({ ...selectorFields, to: ClassName }, { ...strict, minProperties: 2 }),
      'Images that get another class, `to`, which may be a new one.',
    ),
    move: listOf(
      Type.Object({ ...selectorFields, to: SplitName }, { ...strict, minProperties: 2 }),
      'Images that go to another split, `to`.',
    ),
  },
  strict,
)
export type ItemChanges = Static<typeof ItemChanges>

/** Where appended images go for which the upload itself gives no split. */
export const APPEND_SPLITS = ['train', 'val', 'test', 'draw'] as const
export type AppendSplit = (typeof APPEND_SPLITS)[number]

/** What makes a version of the one before it. */
export interface DatasetChanges extends ItemChanges {
  /** Of the images that are appended. */
  appendTo?: AppendSplit
}

/** Images that changed, by kind. */
export const ChangedImages = Type.Object({
  appended: Type.Integer(),
  removed: Type.Integer(),
  relabelled: Type.Integer(),
  moved: Type.Integer(),
})
export type ChangedImages = Static<typeof ChangedImages>
