import { SerializerSelector, type SerializerFactory } from '@fastify/fast-json-stringify-compiler'

/**
 * Compiles what turns answers into JSON, by the first answer that needs it, and once for all routes whose answers have the same schema: most
 * have the same problem documents.
 */
export const sharedSerializers: SerializerFactory = (schemas, options) => {
  const compile = SerializerSelector()(schemas, options)
  const compiled = new Map<string, ReturnType<typeof compile>>()
  return (route) => {
    const key = JSON.stringify(route.schema)
    return (data) => {
      const known = compiled.get(key) ?? compile(route)
      compiled.set(key, known)
      return known(data)
    }
  }
}
