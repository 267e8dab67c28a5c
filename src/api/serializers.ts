import { SerializerSelector, type SerializerFactory } from '@fastify/fast-json-stringify-compiler'
import { lazily } from './lazily.ts'

/**
 * What turns answers into JSON, compiled by the first answer that needs it, and once for all routes whose answers have the same schema: most
 * have the same problem documents.
 */
export const sharedSerializers: SerializerFactory = (schemas, options) => {
  const compile = SerializerSelector()(schemas, options)
  const shared = new Map<string, ReturnType<typeof compile>>()
  return (route) => {
    const key = JSON.stringify(route.schema)
    const compiled = lazily(() => compile(route))
    const serialize = shared.get(key) ?? ((data) => compiled()(data))
    shared.set(key, serialize)
    return serialize
  }
}
