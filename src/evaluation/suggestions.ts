import Type, { type Static } from 'typebox'
import { AppError } from '../errors.ts'
import { Nullable } from './nullable.ts'

export const SUGGESTIONS_KIND = 'suggestions'
export const SUGGESTIONS_FILE = 'suggestions.json'
export const SUGGESTIONS_TYPE = 'application/json'
/** Of each kind. */
export const MAX_SUGGESTIONS = 2000
const FORMAT_VERSION = 1

export const SuggestionKind = Type.Union([Type.Literal('label'), Type.Literal('outlier')], {
  description:
    'label: the given class is probably wrong; outlier: the image is unlike the training images, whatever its class.',
})
export type SuggestionKind = Static<typeof SuggestionKind>

const Probability = (description: string) => Type.Number({ minimum: 0, maximum: 1, description })
const Count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) })

/** An image of a data set that a person should look at. */
export const Suggestion = Type.Object(
  {
    number: Type.Integer({ minimum: 1, description: 'From 1: label errors first, the most probable ones first.' }),
    kind: SuggestionKind,
    split: Type.Union([Type.Literal('train'), Type.Literal('val'), Type.Literal('test')]),
    index: Count('Place in the split, from 0.'),
    item: Count('Place in the data set, over train, val and test, from 0.'),
    file: Type.String({ description: 'Name in the upload.' }),
    label: Type.String({ description: 'The given class.' }),
    suggested: Nullable(Type.String({ description: 'The most probable class; null for an outlier.' })),
    probability: Probability('Calibrated probability of the given class.'),
    suggestedProbability: Nullable(Probability('That of the suggested class.')),
    score: Type.Number({
      description:
        'Larger is more probable. label: 1 less the probability of the given class; outlier: the mean cosine distance to the nearest training images.',
    }),
    reason: Type.String({ description: 'A sentence.' }),
  },
  { additionalProperties: false },
)
export type Suggestion = Static<typeof Suggestion>

const PerKind = Type.Object({ label: Count(), outlier: Count() }, { additionalProperties: false })

/** What a model that has been trained on a data set says of its images. */
export const Suggestions = Type.Object(
  {
    formatVersion: Type.Literal(FORMAT_VERSION),
    dataset: Type.String({ description: 'Hash of the packed data set.' }),
    covers: Type.Object(
      { train: Count(), val: Count(), test: Count() },
      {
        additionalProperties: false,
        description: 'Images that were judged, by split: those that the model was not trained on.',
      },
    ),
    found: Type.Object(PerKind.properties, {
      additionalProperties: false,
      description: `How many there are; at most ${MAX_SUGGESTIONS} of a kind are listed.`,
    }),
    notes: Type.Array(Type.String(), { description: 'What limits the suggestions.' }),
    suggestions: Type.Array(Suggestion, { maxItems: 2 * MAX_SUGGESTIONS }),
  },
  { additionalProperties: false },
)
export type Suggestions = Static<typeof Suggestions>

export const encodeSuggestions = (suggestions: Omit<Suggestions, 'formatVersion'>): Buffer =>
  Buffer.from(`${JSON.stringify({ formatVersion: FORMAT_VERSION, ...suggestions }, null, 1)}\n`)

/** @throws AppError `invalid_request` for a file that is not one of these; `source` names it. */
export function decodeSuggestions(file: Uint8Array, source: string): Suggestions {
  try {
    const found = JSON.parse(Buffer.from(file).toString('utf8')) as Suggestions
    if ((found.formatVersion as number) !== FORMAT_VERSION)
      throw new Error(`its format version is ${String(found.formatVersion)}`)
    return found
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('invalid_request', `${source} is not a file of suggestions (${SUGGESTIONS_FILE}): ${why}.`, {
      cause,
    })
  }
}
