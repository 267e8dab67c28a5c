import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { IngestReport } from '../../job-spec/ingest-report.ts'
import { Dataset, DatasetSummary } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { once } from '../idempotency.ts'
import { IdParams, listSchema, problems } from '../schemas.ts'
import { takeUpload } from '../upload.ts'

const createDataset = {
  operationId: 'createDataset',
  tags: ['data sets'],
  description:
    'multipart/form-data: a field `name` and one file, the archive (.zip, .tar, .tar.gz, .tar.zst). Without the field the file gives the name.',
  consumes: ['multipart/form-data'],
  response: { 202: Dataset, ...problems },
}
const listDatasets = listSchema(DatasetSummary, {
  operationId: 'listDatasets',
  tags: ['data sets'],
  description: 'Newest first, without the names of the classes.',
})
const getDataset = {
  operationId: 'getDataset',
  tags: ['data sets'],
  params: IdParams,
  response: { 200: Dataset, ...problems },
}
const getDatasetReport = {
  operationId: 'getDatasetReport',
  tags: ['data sets'],
  params: IdParams,
  response: { 200: IngestReport, ...problems },
}
const deleteDataset = {
  operationId: 'deleteDataset',
  tags: ['data sets'],
  description:
    'Deletes a data set, used or not. Jobs that used it keep their specs, reports and checkpoints, but cannot run again. One that is being ingested is deleted too; one that a job which has not ended needs is refused.',
  params: IdParams,
  response: { 204: Type.Null(), ...problems },
}

/** Data sets: upload, look at, delete. */
export function datasetRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/datasets', { config: { scope: 'write' }, schema: createDataset }, async (request, reply) => {
      const caller = callerOf(request)
      const upload = await takeUpload(request, (incoming) => services.receiveUpload(caller, incoming))
      let kept = false
      try {
        const dataset = await once(services, request, reply, {
          status: 202,
          prefix: 'ds',
          content: JSON.stringify([upload.name, upload.sizeBytes, upload.sha256]),
          async run(id) {
            const created = await services.createDataset(caller, upload, id)
            kept = true
            return created
          },
          find: (id) => services.store.dataset(caller.teamId, id),
        })
        reply.header('location', `/v1/datasets/${dataset.id}`)
        return dataset
      } finally {
        if (!kept) await services.discardUpload(upload)
      }
    })
    app.get('/datasets', { schema: listDatasets }, (request) => services.datasets(callerOf(request), request.query))
    app.get('/datasets/:id', { schema: getDataset }, (request) =>
      services.dataset(callerOf(request), request.params.id),
    )
    app.get('/datasets/:id/report', { schema: getDatasetReport }, (request) =>
      services.datasetReport(callerOf(request), request.params.id),
    )
    app.delete('/datasets/:id', { config: { scope: 'write' }, schema: deleteDataset }, async (request, reply) => {
      await services.deleteDataset(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    })
  }
}
