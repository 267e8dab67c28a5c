import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { IngestReport } from '../../job-spec/ingest-report.ts'
import { DatasetOptions, DatasetRequest } from '../../service/dataset-options.ts'
import { DatasetsQuery } from '../../service/list-queries.ts'
import { Dataset, DatasetSummary } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { once } from '../idempotency.ts'
import { DeleteQuery, IdParams, listSchema, problems } from '../schemas.ts'
import { formSchema, keptOrDiscarded, nameOfFile, refuseOtherBodies, takeDatasetForm } from '../dataset-form.ts'

const Form = formSchema(DatasetOptions.properties)

const createDataset = {
  operationId: 'createDataset',
  errors: ['not_found', 'wrong_state', 'conflict', 'quota_exceeded', 'upload_aborted'],
  idempotent: true,
  summary: 'Upload or import a data set',
  tags: ['data sets'],
  description:
    'Either multipart/form-data with one archive as `file`, or with many `images` and their labels; or JSON that names a resumable upload, or an address to import from.',
  body: {
    content: { 'application/json': { schema: DatasetRequest }, 'multipart/form-data': { schema: Form } },
  },
  response: { 202: Dataset, ...problems },
}
const listDatasets = {
  ...listSchema(DatasetSummary, {
    operationId: 'listDatasets',
    summary: 'List data sets',
    tags: ['data sets'],
    description:
      'Newest first, unless `sort` says otherwise, without the names of the classes. Filters and times are of the version that is described.',
  }),
  querystring: DatasetsQuery,
}
const getDataset = {
  operationId: 'getDataset',
  summary: 'Read a data set',
  tags: ['data sets'],
  description: 'Of ID@VERSION, that version; of ID, the newest that is ready.',
  params: IdParams,
  response: { 200: Dataset, ...problems },
}
const getDatasetReport = {
  operationId: 'getDatasetReport',
  errors: ['wrong_state'],
  summary: 'Read an ingest report',
  description:
    'What was found when a data set was read: counts, imbalance, files that were set aside with the reasons, duplicates, and images in several splits.',
  tags: ['data sets'],
  params: IdParams,
  response: { 200: IngestReport, ...problems },
}
const renameDataset = {
  operationId: 'renameDataset',
  summary: 'Rename a data set',
  tags: ['data sets'],
  description: 'Gives a data set, with all its versions, another name.',
  params: IdParams,
  body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false }),
  response: { 200: Dataset, ...problems },
}
const deleteDataset = {
  operationId: 'deleteDataset',
  errors: ['wrong_state'],
  summary: 'Delete a data set',
  tags: ['data sets'],
  description:
    'Deletes a data set with all its versions, or, of ID@VERSION, that version; used or not. Jobs that used it keep their specs, reports and checkpoints, but cannot run again. One that is being ingested is deleted too; one that a job which has not ended needs is refused.',
  params: IdParams,
  querystring: DeleteQuery,
  response: { 204: Type.Null(), ...problems },
}

/** Data sets: upload, import, look at, delete. */
export function datasetRoutes(services: Services, uploadBytes: number): FastifyPluginAsyncTypebox {
  const creating = { status: 202, prefix: 'ds' }

  function fromRequest(request: FastifyRequest, reply: FastifyReply, body: DatasetRequest): Promise<Dataset> {
    const caller = callerOf(request)
    return once(services, request, reply, {
      ...creating,
      run: (id) => services.createDatasetFrom(caller, body, id),
      find: (id) => services.store.dataset(caller.teamId, id),
    })
  }

  async function fromForm(request: FastifyRequest, reply: FastifyReply): Promise<Dataset> {
    const caller = callerOf(request)
    const limits = { uploadBytes, schemas: DatasetOptions.properties }
    const upload = await takeDatasetForm(request, limits, ({ fields, ...form }) =>
      services.receiveUpload(caller, {
        ...form,
        async options() {
          const { values, fileName } = await fields()
          const options = values as DatasetOptions
          return { ...options, name: options.name ?? nameOfFile(fileName) }
        },
      }),
    )
    return keptOrDiscarded(services, upload, (keep) =>
      once(services, request, reply, {
        ...creating,
        content: JSON.stringify([upload.options, upload.sizeBytes, upload.sha256]),
        run: (id) => keep(services.createDataset(caller, upload, id)),
        find: (id) => services.store.dataset(caller.teamId, id),
      }),
    )
  }

  return async (app) => {
    refuseOtherBodies(app)
    app.post('/datasets', { config: { scope: 'write' }, schema: createDataset }, async (request, reply) => {
      const dataset = await (request.isMultipart() || request.body === undefined
        ? fromForm(request, reply)
        : fromRequest(request, reply, request.body as DatasetRequest))
      reply.header('location', `/v1/datasets/${dataset.id}`)
      return dataset
    })
    app.get('/datasets', { schema: listDatasets }, (request) => services.datasets(callerOf(request), request.query))
    app.get('/datasets/:id', { schema: getDataset }, (request) =>
      services.dataset(callerOf(request), request.params.id),
    )
    app.patch('/datasets/:id', { config: { scope: 'write' }, schema: renameDataset }, (request) =>
      services.renameDataset(callerOf(request), request.params.id, request.body.name),
    )
    app.get('/datasets/:id/report', { schema: getDatasetReport }, (request) =>
      services.datasetReport(callerOf(request), request.params.id),
    )
    app.delete('/datasets/:id', { config: { scope: 'write' }, schema: deleteDataset }, async (request, reply) => {
      await services.deleteDataset(callerOf(request), request.params.id, request.query)
      return reply.code(204).send(null)
    })
  }
}
