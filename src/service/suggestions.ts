import { buffer } from 'node:stream/consumers'
import { AppError } from '../errors.ts'
import {
  decodeSuggestions,
  SUGGESTIONS_KIND,
  type SuggestionKind,
  type Suggestions,
} from '../evaluation/suggestions.ts'
import { versionId } from './dataset-ref.ts'
import { ENDED_STATES } from './job-states.ts'
import { foundJob } from './require-found.ts'
import type { Blobs } from './ports/blobs.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { Store } from './ports/store.ts'
import type { Job } from './resources.ts'
import type { JobSuggestion, SuggestionsPage } from './suggestion-resources.ts'

/** Suggestions that are chosen at a time. */
export const MAX_CHOSEN = 2000

type DatasetPlace = Pick<Job, 'dataset' | 'datasetVersion'>

/** What jobs suggest about their data sets. One function: a use case after the other over the same ports. */
export function suggestionService({ store, blobs }: { store: Store; blobs: Blobs }) {
  /** @throws AppError `wrong_state` before the job has ended; `not_found` for a job that ended without any, or whose file is gone */
  async function read(caller: Caller, id: string): Promise<{ at: DatasetPlace; made: Suggestions }> {
    const { state, kind, dataset, datasetVersion } = await foundJob(store, caller.teamId, id)
    if (!ENDED_STATES.includes(state))
      throw new AppError('wrong_state', `Job ${id} is ${state}; suggestions are there once it has succeeded.`)
    const artifact = await store.artifact(id, SUGGESTIONS_KIND)
    if (artifact === undefined)
      throw new AppError(
        'not_found',
        kind === 'fit'
          ? `Job ${id}, which is ${state}, has no suggestions: it ended before they were made, or is older than they are. Train again to get some.`
          : `Job ${id} is a ${kind} and makes no suggestions; only jobs of kind fit do.`,
      )
    if ((await blobs.sizeBytes(artifact.blobKey)) === undefined)
      throw new AppError('not_found', 'The suggestions are no longer there; they were lost with their storage.')
    const made = decodeSuggestions(await buffer(blobs.read(artifact.blobKey)), `The file of job ${id}`)
    return { at: { dataset, datasetVersion }, made }
  }

  const withImages = ({ dataset, datasetVersion }: DatasetPlace, { suggestions }: Suggestions): JobSuggestion[] =>
    suggestions.map((suggestion) => ({
      ...suggestion,
      image: `/v1/datasets/${versionId(dataset, datasetVersion)}/items/${suggestion.split}/${suggestion.index}/image`,
    }))

  return {
    /** Suggestions of a job by number, one kind or all. */
    async suggestions(
      caller: Caller,
      jobId: string,
      { limit, after, kind }: PageRequest & { kind?: SuggestionKind | undefined },
    ): Promise<SuggestionsPage> {
      const start = numberIn(after)
      const { at, made } = await read(caller, jobId)
      const { covers, found, notes } = made
      const rest = withImages(at, made).filter((one) => one.number > start && (kind === undefined || one.kind === kind))
      const data = rest.slice(0, limit)
      const last = data.at(-1)?.number
      const nextCursor = rest.length > limit && last !== undefined ? String(last) : null
      return { ...at, covers, found, notes, data, nextCursor }
    },
    /**
     * Suggestions of a job by their numbers, in the order of `numbers`, with the version of the data set that their `item`s are of.
     * @throws AppError `invalid_request` with a pointer to the number for one that the job does not have, or that is there twice; of a job as `suggestions`
     */
    async suggestionsOf(
      caller: Caller,
      jobId: string,
      numbers: readonly number[],
    ): Promise<DatasetPlace & { suggestions: JobSuggestion[] }> {
      const { at, made } = await read(caller, jobId)
      if (numbers.length === 0 || numbers.length > MAX_CHOSEN)
        throw refused('/numbers', `must have 1 to ${MAX_CHOSEN} numbers, not ${numbers.length}`)
      const known = new Map(withImages(at, made).map((one) => [one.number, one]))
      const suggestions = numbers.map((number, i) => {
        const suggestion = known.get(number)
        if (suggestion === undefined)
          throw refused(`/numbers/${i}`, `is ${number}; job ${jobId} has suggestions 1 to ${known.size}`)
        if (numbers.indexOf(number) !== i) throw refused(`/numbers/${i}`, `is ${number}, which is there twice`)
        return suggestion
      })
      return { ...at, suggestions }
    },
  }
}

const refused = (pointer: string, detail: string): AppError =>
  new AppError('invalid_request', `${pointer} ${detail}.`, { errors: [{ pointer, detail }] })

/** The number in a cursor; 0 without one. */
function numberIn(after: string | undefined): number {
  if (after === undefined) return 0
  if (/^[1-9]\d{0,8}$/.test(after)) return Number(after)
  throw new AppError('invalid_request', `The cursor ${JSON.stringify(after)} is not one that was handed out.`, {
    errors: [{ pointer: '/after', detail: 'must be a nextCursor' }],
  })
}
