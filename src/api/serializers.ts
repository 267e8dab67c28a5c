import { SerializerSelector, type SerializerFactory } from '@fastify/fast-json-stringify-compiler'

type Serialize = ReturnType<ReturnType<SerializerFactory>>

/**
 * What turns answers into JSON, compiled by the first answer that needs it, and once for all routes whose answers have the same schema: most
 * have the same problem documents.
 */
export const sharedSerializers: SerializerFactory = (schemas, options) => {
  const compile = SerializerSelector()(schemas, options)
  const shared = new Map<string, Serialize>()
  return (route) => {
    const key = JSON.stringify(route.schema)
    const known = shared.get(key) ?? whenCalled(() => compile(route))
    shared.set(key, known)
    return known
  }
}

function whenCalled(compile: () => Serialize): Serialize {
  let compiled: Serialize | undefined
  return (data) => {
    compiled ??= compile()
    return compiled(data)
  }
}
