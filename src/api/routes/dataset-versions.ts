import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { FINDINGS, type Finding } from '../../job-spec/findings.ts'
import { SPLITS, type Split } from '../../job-spec/splits.ts'
import { VersionComparison } from '../../service/dataset-difference-resources.ts'
import { DatasetItem, DatasetVersion, pageOf } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { AppendFields, VersionRequest } from '../../service/version-request.ts'
import { callerOf } from '../auth.ts'
import { formSchema, keptOrDiscarded, refuseOtherBodies, takeDatasetForm } from '../dataset-form.ts'
import { IdParams, listSchema, PageQuery, problems } from '../schemas.ts'
import { answerVersion } from '../versions.ts'

/** Many images may be named. */
const MAX_BODY_BYTES = 8_000_000

const listDatasetVersions = {
  ...listSchema(DatasetVersion, {
    operationId: 'listDatasetVersions',
    summary: 'List the versions of a data set',
    tags: ['data sets'],
    description: 'The versions of a data set, newest first.',
  }),
  params: IdParams,
}
const createDatasetVersion = {
  operationId: 'createDatasetVersion',
  errors: ['wrong_state', 'quota_exceeded', 'upload_aborted'],
  idempotent: true,
  summary: 'Make another version of a data set',
  tags: ['data sets'],
  description:
    'Makes a version of another: images are removed, get other classes, go to other splits, or are appended. The version that it is made of stays as it is; both share what they have in common. Images to append may also come as multipart/form-data, as for a new data set.',
  params: IdParams,
  body: {
    content: {
      'application/json': { schema: VersionRequest },
      'multipart/form-data': { schema: formSchema(AppendFields.properties) },
    },
  },
  response: { 202: DatasetVersion, ...problems },
}
const listDatasetItems = {
  operationId: 'listDatasetItems',
  errors: ['wrong_state'],
  summary: 'List the images of a data set',
  tags: ['data sets'],
  description:
    'The images of a data set, in the order of training, validation and test; or, of status quarantined, the files that were set aside when this version was read.',
  params: IdParams,
  querystring: Type.Object(
    {
      ...PageQuery.properties,
      class: Type.Optional(Type.String({ maxLength: 1000 })),
      split: Type.Optional(Type.Unsafe<Split>({ type: 'string', enum: [...SPLITS] })),
      status: Type.Optional(
        Type.Unsafe<DatasetItem['status']>({ type: 'string', enum: ['kept', 'quarantined'], default: 'kept' }),
      ),
      suspicious: Type.Optional(
        Type.Boolean({ description: 'Only images of which something was found, or only the others.' }),
      ),
      finding: Type.Optional(
        Type.Unsafe<Finding>({
          type: 'string',
          enum: [...FINDINGS],
          description: 'Only images of which this was found.',
        }),
      ),
      file: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 1000,
          description:
            'Part of the path, in any case. A page looks at 100,000 images at most: it may be empty and have a `nextCursor`.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: pageOf(DatasetItem), ...problems },
}
const compareDatasetVersions = {
  operationId: 'compareDatasetVersions',
  errors: ['wrong_state'],
  summary: 'Compare two versions of a data set',
  tags: ['data sets'],
  description:
    'The images in which a version differs from another one, told apart by their paths: those that were appended or have another class or split, in the order of the version, and then those that were removed.',
  params: IdParams,
  querystring: Type.Object(
    {
      ...PageQuery.properties,
      base: Type.Integer({
        minimum: 1,
        maximum: 999_999_999,
        description: 'The version that it is compared with, such as the `parent`.',
      }),
    },
    { additionalProperties: false },
  ),
  response: { 200: VersionComparison, ...problems },
}

/** Versions of data sets and their items. */
export function datasetVersionRoutes(services: Services, uploadBytes: number): FastifyPluginAsyncTypebox {
  async function fromForm(request: FastifyRequest, reply: FastifyReply, id: string): Promise<DatasetVersion> {
    const caller = callerOf(request)
    await services.dataset(caller, id)
    const limits = { uploadBytes, schemas: AppendFields.properties }
    const upload = await takeDatasetForm(request, limits, ({ fields, ...form }) =>
      services.receiveUpload(caller, { ...form, options: async () => (await fields()).values as AppendFields }),
    )
    return keptOrDiscarded(services, upload, (keep) =>
      answerVersion(services, request, reply, {
        content: JSON.stringify([id, upload.options, upload.sizeBytes, upload.sha256]),
        run: (requestId) => keep(services.appendToDataset(caller, id, upload, requestId)),
      }),
    )
  }

  const route = { config: { scope: 'write' }, schema: createDatasetVersion, bodyLimit: MAX_BODY_BYTES } as const
  return async (app) => {
    refuseOtherBodies(app)
    app.get('/datasets/:id/versions', { schema: listDatasetVersions }, (request) =>
      services.datasetVersions(callerOf(request), request.params.id, request.query),
    )
    app.post('/datasets/:id/versions', route, async (request, reply) => {
      const caller = callerOf(request)
      const { id } = request.params
      const body = request.body as VersionRequest
      if (request.isMultipart() || request.body === undefined) return fromForm(request, reply, id)
      return answerVersion(services, request, reply, {
        content: JSON.stringify([id, body]),
        run: (requestId) => services.createDatasetVersion(caller, id, body, requestId),
      })
    })
    app.get('/datasets/:id/comparison', { schema: compareDatasetVersions }, (request) =>
      services.compareDatasetVersions(callerOf(request), request.params.id, request.query),
    )
    app.get('/datasets/:id/items', { schema: listDatasetItems }, (request) =>
      services.datasetItems(callerOf(request), request.params.id, request.query),
    )
  }
}
