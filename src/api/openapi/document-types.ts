/** The parts of an OpenAPI 3.1 document that are written here. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  items?: Schema
  examples?: unknown[]
  [keyword: string]: unknown
}

export interface Media {
  schema?: Schema
}

export interface Response {
  $ref?: string
  description?: string
  headers?: Record<string, unknown>
  content?: Record<string, Media>
}

export interface OperationObject {
  operationId: string
  parameters?: { required?: boolean; schema?: Schema }[]
  requestBody?: { required?: boolean; content: Record<string, Media> }
  responses: Record<string, Response>
}

export interface Document {
  paths: Record<string, Record<string, OperationObject>>
  components: {
    schemas: Record<string, Schema>
    responses: Record<string, Response>
    headers: Record<string, unknown>
  }
}

export const operationsIn = ({ paths }: Document): OperationObject[] =>
  Object.values(paths).flatMap((methods) => Object.values(methods))

export const isJson = (type: string): boolean => type === 'application/json'

export const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
