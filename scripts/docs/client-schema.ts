import openapiTS, { astToString } from 'openapi-typescript'
import type { OpenApiDocument } from '../../src/isolation/operations.ts'

/** The types of the TypeScript client. */
export async function clientSchema(document: OpenApiDocument): Promise<string> {
  const types = await openapiTS(JSON.stringify(document), { defaultNonNullable: false })
  return `// Made from the OpenAPI document by \`npm run docs\`; do not edit.\n\n${astToString(types)}`
}
