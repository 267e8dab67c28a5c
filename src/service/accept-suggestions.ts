import Type, { type Static } from 'typebox'
import type { Suggestion } from '../evaluation/suggestions.ts'
import type { ItemChanges } from '../job-spec/dataset-changes.ts'
import { MAX_CHOSEN } from './suggestions.ts'
import { VersionRequest } from './version-request.ts'

/** Suggestions of a job that are to become a version of its data set. */
export const AcceptRequest = Type.Object(
  {
    numbers: Type.Array(Type.Integer({ minimum: 1, maximum: 999_999_999 }), {
      minItems: 1,
      maxItems: MAX_CHOSEN,
      description: 'Numbers of the suggestions.',
    }),
    base: VersionRequest.properties.base,
  },
  { additionalProperties: false },
)
export type AcceptRequest = Static<typeof AcceptRequest>

/**
 * What suggestions change: a label error gets the suggested class, and an outlier leaves the data set. Images are named by their files, since
 * the version may have come after the one that the job was trained on.
 */
export function changesOf(suggestions: readonly Pick<Suggestion, 'kind' | 'file' | 'suggested'>[]): ItemChanges {
  const relabel = suggestions.flatMap(({ kind, file, suggested }) =>
    kind === 'label' && suggested !== null ? [{ file, to: suggested }] : [],
  )
  const remove = suggestions.filter(({ kind }) => kind === 'outlier').map(({ file }) => ({ file }))
  return { ...(relabel.length === 0 ? {} : { relabel }), ...(remove.length === 0 ? {} : { remove }) }
}
