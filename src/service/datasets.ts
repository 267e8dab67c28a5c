import { AppError } from '../errors.ts'
import { deleted, type Deleting } from './deleted.ts'
import type { Dependencies } from './dependencies.ts'
import { ownDataset } from './own-dataset.ts'
import { foundDataset } from './require-found.ts'
import { withOwners } from './shared-by.ts'
import { newId } from './ids.ts'
import { settingsOf, type DatasetRequest } from './dataset-options.ts'
import { sourceOf } from './dataset-source.ts'
import type { DatasetsQuery } from './list-queries.ts'
import { datasetsRequest } from './list-requests.ts'
import type { Caller } from './ports/caller.ts'
import type { Dataset, DatasetSummary, Page } from './resources.ts'
import { receiveUpload, type IncomingUpload, type ReceivedUpload } from './uploads.ts'

/** Data sets, from their upload on. */
export function datasetService(dependencies: Dependencies) {
  const { store, blobs, now } = dependencies
  const dataset = async ({ teamId }: Caller, id: string): Promise<Dataset> => {
    const found = await foundDataset(store, { teamId, id })
    return (await withOwners(store, teamId, [found]))[0] ?? found
  }
  return {
    dataset,
    receiveUpload: <Options>(caller: Caller, upload: IncomingUpload<Options>): Promise<ReceivedUpload<Options>> =>
      receiveUpload(dependencies, caller, upload),
    /** Of an upload that is not to be used. */
    discardUpload: ({ uploadKey }: Pick<ReceivedUpload, 'uploadKey'>): Promise<void> => blobs.remove(uploadKey),
    async createDataset(
      caller: Caller,
      { options, sizeBytes, uploadKey }: ReceivedUpload,
      id = newId('ds', now()),
    ): Promise<Dataset> {
      const created = await store.createDataset(caller.teamId, {
        id,
        name: options.name,
        settings: settingsOf(options),
        createdBy: caller.member?.email,
        sizeBytes,
        uploadKey,
      })
      dependencies.relay()
      return created
    },
    /** @throws AppError `invalid_request` where not one of `upload` and `import` is given; of an upload as `useUpload` */
    async createDatasetFrom(caller: Caller, request: DatasetRequest, id = newId('ds', now())): Promise<Dataset> {
      const { source, name } = await sourceOf(dependencies, caller, request)
      const created = await store.createDataset(caller.teamId, {
        id,
        name: request.name ?? name,
        settings: settingsOf(request),
        createdBy: caller.member?.email,
        ...source,
      })
      dependencies.relay()
      return created
    },
    /** Own ones, and those that others share with the team. */
    async datasets({ teamId }: Caller, query: DatasetsQuery): Promise<Page<DatasetSummary>> {
      const { data, nextCursor } = await store.datasets(teamId, datasetsRequest(query))
      return { data: await withOwners(store, teamId, data), nextCursor }
    },
    async datasetReport(caller: Caller, id: string) {
      const { state } = await dataset(caller, id)
      const report = await store.datasetReport(caller.teamId, id)
      if (report === undefined)
        throw new AppError('wrong_state', `Data set ${id} is ${state}; a report is there once it is ready.`)
      return report
    },
    async deleteDataset(caller: Caller, id: string, how: Deleting = {}): Promise<void> {
      await ownDataset(store, caller, id)
      await deleted(dependencies, (keptMs) => store.deleteDataset(caller.teamId, id, keptMs), `data set ${id}`, how)
    },
  }
}
