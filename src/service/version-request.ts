import Type, { type Static } from 'typebox'
import { APPEND_SPLITS, ItemChanges, type AppendSplit, type ItemSelector } from '../job-spec/dataset-changes.ts'
import type { DatasetStatistics } from '../job-spec/defaults.ts'
import { AppError, type ErrorDetail } from '../errors.ts'
import { clip } from '../job-spec/short-text.ts'
import { DatasetRequest } from './dataset-options.ts'

const MAX_MISTAKES = 100

const base = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 999_999_999,
    description:
      'The version that it is made of, by default the newest that is ready. Required where images are named by number.',
  }),
)
const split = Type.Optional(
  Type.Unsafe<AppendSplit>({
    type: 'string',
    enum: [...APPEND_SPLITS],
    default: APPEND_SPLITS[0],
    description:
      'Where images go that are in no split folder and for which no table gives a split; draw: a tenth of each class to test, another to val, the others to train.',
  }),
)

/** Text fields of a multipart body that has the images to append. */
export const AppendFields = Type.Object({ base, split })
export type AppendFields = Static<typeof AppendFields>

/** What a new version of a data set is made of. */
export const VersionRequest = Type.Object(
  {
    base,
    append: Type.Optional(
      Type.Object(
        {
          upload: DatasetRequest.properties.upload,
          import: DatasetRequest.properties.import,
          split,
        },
        { additionalProperties: false, description: 'Images to append, as for a new data set.' },
      ),
    ),
    ...ItemChanges.properties,
  },
  { additionalProperties: false },
)
export type VersionRequest = Static<typeof VersionRequest>

/** @throws AppError `invalid_request` with a pointer to each part that does not fit the version */
export function requireValidChanges(
  { append, base, ...changes }: VersionRequest,
  { counts, classes }: Pick<DatasetStatistics, 'counts' | 'classes'>,
): void {
  const lists = Object.entries(changes) as [string, readonly ItemSelector[]][]
  if (append === undefined && lists.length === 0)
    throw refused([{ pointer: '/append', detail: 'or /remove, /relabel or /move must be given' }])
  const total = counts.train + counts.val + counts.test
  const known = new Set(classes)
  const mistakes: ErrorDetail[] = []
  for (const [kind, selectors] of lists)
    for (const [i, { item, class: name }] of selectors.entries()) {
      if (item !== undefined && base === undefined)
        throw refused([{ pointer: '/base', detail: 'must be given where images are named by number' }])
      if (item !== undefined && item >= total)
        mistakes.push({ pointer: `/${kind}/${i}/item`, detail: `must be below ${total}, the number of images` })
      if (name !== undefined && !known.has(name))
        mistakes.push({ pointer: `/${kind}/${i}/class`, detail: `is no class of the version: ${clip(name, 80)}` })
      if (mistakes.length === MAX_MISTAKES) throw refused(mistakes)
    }
  if (mistakes.length > 0) throw refused(mistakes)
}

function refused(errors: [ErrorDetail, ...ErrorDetail[]] | ErrorDetail[]): AppError {
  const [first] = errors
  return new AppError('invalid_request', `The version cannot be made: ${first?.pointer} ${first?.detail}.`, { errors })
}
