import { AppError } from '../errors.ts'
import type { DatasetChanges } from '../job-spec/dataset-changes.ts'
import { changesOf as suggestedChanges, type AcceptRequest } from './accept-suggestions.ts'
import type { VersionComparison } from './dataset-difference-resources.ts'
import { parseDatasetRef, versionId } from './dataset-ref.ts'
import { sourceOf } from './dataset-source.ts'
import type { Dependencies } from './dependencies.ts'
import { newId } from './ids.ts'
import { packedKey, withHeld } from './model-files.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { ItemsQuery } from './ports/images.ts'
import { ownDataset } from './own-dataset.ts'
import { foundDataset } from './require-found.ts'
import type { Dataset, DatasetItem, DatasetVersion, Page } from './resources.ts'
import { suggestionService } from './suggestions.ts'
import type { ReceivedUpload } from './uploads.ts'
import { requireValidChanges, type AppendFields, type VersionRequest } from './version-request.ts'

/** Versions of data sets, and what is in them. One function: a use case after the other over the same ports. */
export function datasetVersionService(dependencies: Dependencies) {
  const { store, now, packedItems, comparePacked } = dependencies
  const { suggestionsOf } = suggestionService(dependencies)

  const service = {
    async datasetVersions(caller: Caller, id: string, page: PageRequest): Promise<Page<DatasetVersion>> {
      await foundDataset(store, { teamId: caller.teamId, id })
      return store.versions(caller.teamId, parseDatasetRef(id)?.id ?? id, page)
    },
    /** @throws AppError `invalid_request` for changes that do not fit the version; `not_found`, `wrong_state` of the base; of an upload as `useUpload` */
    async createDatasetVersion(
      caller: Caller,
      ref: string,
      request: VersionRequest,
      requestId = newId('dv', now()),
    ): Promise<DatasetVersion> {
      const { teamId } = caller
      const { id, version: base, state } = await ownDataset(store, caller, baseRef(ref, request))
      const facts = await store.datasetFacts(teamId, versionId(id, base))
      if (facts === undefined)
        throw new AppError('wrong_state', `Data set ${ref} is ${state}; a version is made of one that is ready.`, {
          retryable: state === 'ingesting' || state === 'importing',
        })
      requireValidChanges(request, facts)
      const { append } = request
      const from = append === undefined ? undefined : await sourceOf(dependencies, caller, append, '/append')
      const created = await store.createVersion(teamId, id, {
        requestId,
        base,
        changes: changesOf(request),
        createdBy: caller.member?.email,
        ...(from === undefined ? {} : { source: from.source }),
      })
      dependencies.relay()
      return created
    },
    /** Of suggestions of a job: label errors get the suggested class, and outliers leave. @throws AppError as `suggestionsOf` and `createDatasetVersion` */
    async acceptSuggestions(
      caller: Caller,
      jobId: string,
      { numbers, base }: AcceptRequest,
      requestId?: string,
    ): Promise<DatasetVersion> {
      const { dataset, suggestions } = await suggestionsOf(caller, jobId, numbers)
      const request = { ...suggestedChanges(suggestions), ...(base === undefined ? {} : { base }) }
      return service.createDatasetVersion(caller, dataset, request, requestId)
    },
    /** Of images that came with the call. */
    async appendToDataset(
      caller: Caller,
      ref: string,
      { options, uploadKey, sizeBytes }: ReceivedUpload<AppendFields>,
      requestId = newId('dv', now()),
    ): Promise<DatasetVersion> {
      const { teamId, member } = caller
      const { id, version } = await ownDataset(store, caller, baseRef(ref, options))
      const changes = options.split === undefined ? {} : { appendTo: options.split }
      const source = { uploadKey, sizeBytes }
      const request = { requestId, base: version, changes, source, createdBy: member?.email }
      const created = await store.createVersion(teamId, id, request)
      dependencies.relay()
      return created
    },
    async renameDataset(caller: Caller, id: string, name: string): Promise<Dataset> {
      await ownDataset(store, caller, id)
      await store.renameDataset(caller.teamId, id, name)
      return foundDataset(store, { teamId: caller.teamId, id })
    },
    /** Images of a data set that is ready, or files that were set aside when it was read. */
    async datasetItems(caller: Caller, ref: string, query: ItemsQuery): Promise<Page<DatasetItem>> {
      const key = await packedKey(dependencies, caller, ref)
      return withHeld(dependencies.files, async (held) => packedItems(await held.folder(key, 'on-demand'), query))
    },
    /** How the images of a version differ from those of another one of the data set. */
    async compareDatasetVersions(
      caller: Caller,
      ref: string,
      { base, ...page }: PageRequest & { base: number },
    ): Promise<VersionComparison> {
      const { id, version } = await foundDataset(store, { teamId: caller.teamId, id: ref })
      const before = await packedKey(dependencies, caller, versionId(id, base))
      const after = await packedKey(dependencies, caller, versionId(id, version))
      return withHeld(dependencies.files, async (held) => {
        const folders = [await held.folder(before, 'on-demand'), await held.folder(after, 'on-demand')] as const
        return { base, version, ...(await comparePacked(...folders, page)) }
      })
    },
  }
  return service
}

/** The version that another is made of: by the body, by the address, or the newest that is ready. */
function baseRef(ref: string, { base }: Pick<VersionRequest, 'base'>): string {
  const parsed = parseDatasetRef(ref)
  return parsed === undefined || base === undefined ? ref : versionId(parsed.id, base)
}

function changesOf({ append, remove, relabel, move }: VersionRequest): DatasetChanges {
  const changes: DatasetChanges = {}
  if (remove !== undefined) changes.remove = remove
  if (relabel !== undefined) changes.relabel = relabel
  if (move !== undefined) changes.move = move
  if (append?.split !== undefined) changes.appendTo = append.split
  return changes
}
