import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { pageOf, Upload } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { IdParams, PageQuery, problems } from '../schemas.ts'
import { answerTus, TUS_VERSION } from '../tus.ts'

const PROTOCOL = 'Part of tus 1.0 (https://tus.io/protocols/resumable-upload); any client of it works.'
const MAX_NUMBER_CHARACTERS = 16
const MAX_METADATA_HEADER = 16_384
const Tus = Type.Object({
  'tus-resumable': Type.Literal(TUS_VERSION, { description: 'Version of the protocol.' }),
})
/** Checked by the protocol's own rules, whose statuses clients know: here they are described only. */
const described = (schema: ReturnType<typeof Type.Object>) => ({ ...schema, required: [] as string[] })
const Empty = Type.Any({ description: 'No body; the headers say it.' })

const createUpload = {
  operationId: 'createUpload',
  errors: ['quota_exceeded', 'payload_too_large', [403, 'invalid_request'], [412, 'invalid_request']] as const,
  summary: 'Begin a resumable upload',
  tags: ['uploads'],
  description: `Begins a resumable upload: 201 with its address in \`Location\`. ${PROTOCOL} \`Upload-Metadata\` may hold filename, filetype, name, type and relativePath. Then \`POST /v1/datasets\` with its id as \`upload\`.`,
  headers: described(
    Type.Object({
      ...Tus.properties,
      'upload-length': Type.Optional(Type.String({ maxLength: MAX_NUMBER_CHARACTERS, description: 'Bytes in all.' })),
      'upload-defer-length': Type.Optional(
        Type.String({ maxLength: 1, description: '1 where the length is said later.' }),
      ),
      'upload-metadata': Type.Optional(
        Type.String({
          maxLength: MAX_METADATA_HEADER,
          description: 'Keys with base64 values, such as filename ZC56aXA=.',
        }),
      ),
    }),
  ),
  response: { 201: Empty, ...problems },
}
const appendToUpload = {
  operationId: 'appendToUpload',
  errors: [
    'conflict',
    'quota_exceeded',
    [410, 'not_found'],
    [403, 'invalid_request'],
    [412, 'invalid_request'],
  ] as const,
  summary: 'Send a part of an upload',
  tags: ['uploads'],
  description: `Sends bytes from \`Upload-Offset\` on, which must be where the upload ends, else 409. What has come when the connection breaks is kept. ${PROTOCOL}`,
  params: IdParams,
  consumes: ['application/offset+octet-stream'],
  headers: described(
    Type.Object({
      ...Tus.properties,
      'upload-offset': Type.String({ maxLength: MAX_NUMBER_CHARACTERS, description: 'In bytes.' }),
    }),
  ),
  response: { 204: Empty, ...problems },
}
const headUpload = {
  operationId: 'headUpload',
  summary: 'Where an upload ends',
  errors: [
    [410, 'not_found'],
    [403, 'invalid_request'],
    [412, 'invalid_request'],
  ] as const,
  tags: ['uploads'],
  description: `Where an upload ends, in \`Upload-Offset\`. ${PROTOCOL}`,
  params: IdParams,
  response: { 200: Empty, ...problems },
}
const deleteUpload = {
  operationId: 'deleteUpload',
  errors: ['wrong_state'],
  summary: 'Delete an upload',
  tags: ['uploads'],
  description: `Removes an upload of which no data set was made. ${PROTOCOL}`,
  params: IdParams,
  response: { 204: Type.Null(), ...problems },
}
const optionsUpload = {
  operationId: 'optionsUpload',
  summary: 'What uploads may be',
  tags: ['uploads'],
  description: `What the server takes: versions, extensions and the largest upload. ${PROTOCOL}`,
  response: { 204: Empty, ...problems },
}
const getUpload = {
  operationId: 'getUpload',
  summary: 'Read an upload',
  description: 'How many bytes of an upload have come, and when it expires.',
  tags: ['uploads'],
  params: IdParams,
  response: { 200: Upload, ...problems },
}
const listUploads = {
  operationId: 'listUploads',
  summary: 'List uploads',
  tags: ['uploads'],
  description: 'Uploads of which no data set was made, newest first.',
  querystring: PageQuery,
  response: { 200: pageOf(Upload), ...problems },
}

/** Resumable uploads, by the tus protocol. */
export function uploadRoutes(services: Services, uploadBytes: number): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addContentTypeParser('application/offset+octet-stream', (_, payload, done) => {
      done(null, payload)
    })
    app.addHook('onSend', async (_, reply) => {
      reply.header('tus-resumable', TUS_VERSION)
    })
    const config = { scope: 'write' } as const
    const options = { services, maxSize: uploadBytes }
    app.options('/uploads', { schema: optionsUpload }, (request, reply) => answerTus(request, reply, options))
    app.post('/uploads', { config, schema: createUpload }, (request, reply) => answerTus(request, reply, options))
    app.patch('/uploads/:id', { config, schema: appendToUpload }, (request, reply) =>
      answerTus(request, reply, { ...options, id: request.params.id }),
    )
    app.head('/uploads/:id', { config: { swagger: { exposeHeadRoute: true } }, schema: headUpload }, (request, reply) =>
      answerTus(request, reply, { ...options, id: request.params.id }),
    )
    app.delete('/uploads/:id', { config, schema: deleteUpload }, async (request, reply) => {
      await services.deleteUpload(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    })
    app.get('/uploads/:id', { schema: getUpload, exposeHeadRoute: false }, (request) =>
      services.upload(callerOf(request), request.params.id),
    )
    app.get('/uploads', { schema: listUploads }, (request) => services.uploads(callerOf(request), request.query))
  }
}
