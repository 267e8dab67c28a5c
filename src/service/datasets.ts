import { AppError } from '../errors.ts'
import { deleted, type Deleting } from './deleted.ts'
import type { Dependencies } from './dependencies.ts'
import { foundDataset } from './require-found.ts'
import { newId } from './ids.ts'
import { settingsOf, type DatasetRequest } from './dataset-options.ts'
import { sourceOf } from './dataset-source.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { Dataset, DatasetSummary, Page } from './resources.ts'
import { receiveUpload, type IncomingUpload, type ReceivedUpload } from './uploads.ts'

/** Data sets, from their upload on. */
export function datasetService(dependencies: Dependencies) {
  const { store, blobs, now } = dependencies
  const dataset = (caller: Caller, id: string): Promise<Dataset> => foundDataset(store, { teamId: caller.teamId, id })
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
    datasets: (caller: Caller, page: PageRequest): Promise<Page<DatasetSummary>> => store.datasets(caller.teamId, page),
    async datasetReport(caller: Caller, id: string) {
      const { state } = await dataset(caller, id)
      const report = await store.datasetReport(caller.teamId, id)
      if (report === undefined)
        throw new AppError('wrong_state', `Data set ${id} is ${state}; a report is there once it is ready.`)
      return report
    },
    deleteDataset: (caller: Caller, id: string, how: Deleting = {}): Promise<void> =>
      deleted(dependencies, (keptMs) => store.deleteDataset(caller.teamId, id, keptMs), `data set ${id}`, how),
  }
}
