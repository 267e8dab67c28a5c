import { accessPage } from './access-page.ts'
import { clientSchema } from './client-schema.ts'
import { commandsPage } from './commands-page.ts'
import { errorsPage } from './errors-page.ts'
import { pythonTypes } from './python-types.ts'
import { synchronous } from './python-sync.ts'
import { openApiDocument } from './openapi-document.ts'
import { specPage } from './spec-page.ts'
import { zooFigures } from './zoo-figures.ts'

const NOTE = '<!-- Made from the code by `npm run docs`; do not edit. -->\n\n'

/** The generated pages and types, by path from the root. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const document = await openApiDocument()
  return new Map([
    ['docs/reference/spec.md', NOTE + specPage()],
    ['docs/reference/commands.md', NOTE + (await commandsPage())],
    ['docs/reference/errors.md', NOTE + errorsPage()],
    ['docs/reference/access.md', NOTE + accessPage(document)],
    ['clients/python/src/anneal/types.py', pythonTypes(document)],
    ...synchronous('clients/python/src/anneal'),
    ['src/bin/architecture-figures.ts', zooFigures()],
    ['clients/typescript/src/schema.ts', await clientSchema(document)],
  ])
}
