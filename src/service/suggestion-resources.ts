import Type, { type Static } from 'typebox'
import { Suggestion, Suggestions } from '../evaluation/suggestions.ts'
import { Id, pageOf } from './resources.ts'

/** A suggestion with its image. */
export const JobSuggestion = Type.Object(
  {
    ...Suggestion.properties,
    image: Type.String({ description: 'Address of the image as PNG.' }),
  },
  { additionalProperties: false },
)
export type JobSuggestion = Static<typeof JobSuggestion>

const { covers, found, notes } = Suggestions.properties

/** A page of suggestions, with what holds for all of them. */
export const SuggestionsPage = Type.Object({
  dataset: Id('ds'),
  datasetVersion: Type.Integer({ minimum: 1, description: 'The version that the places of the images are of.' }),
  covers,
  found,
  notes,
  ...pageOf(JobSuggestion).properties,
})
export type SuggestionsPage = Static<typeof SuggestionsPage>
