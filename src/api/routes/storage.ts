import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Services } from '../../service/services.ts'
import { STORAGE_DIMENSIONS, StorageRow, type StorageDimension } from '../../service/storage-resources.ts'
import { callerOf } from '../auth.ts'
import { listSchema, PageQuery } from '../schemas.ts'

const getStorage = {
  ...listSchema(StorageRow, {
    operationId: 'getStorage',
    summary: 'Stored bytes',
    tags: ['team'],
    description: 'Stored bytes by what holds them, the biggest first; what is in the trash is part of them.',
  }),
  querystring: Type.Object({
    ...PageQuery.properties,
    by: Type.Unsafe<StorageDimension>({
      type: 'string',
      enum: [...STORAGE_DIMENSIONS],
      default: 'kind',
      description: 'A person is who made a data set or submitted a job.',
    }),
  }),
}

/** What the team stores. */
export function storageRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/team/storage', { schema: getStorage }, (request) => services.storage(callerOf(request), request.query))
  }
}
