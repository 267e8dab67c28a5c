import { accessPage } from './access-page.ts'
import { commandsPage } from './commands-page.ts'
import { errorsPage } from './errors-page.ts'
import { pythonTypes } from './python-types.ts'
import { synchronous } from './python-sync.ts'
import { specPage } from './spec-page.ts'

const NOTE = '<!-- Made from the code by `npm run docs`; do not edit. -->\n\n'

/** The generated pages, by path from the root. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['docs/reference/spec.md', NOTE + specPage()],
    ['docs/reference/commands.md', NOTE + (await commandsPage())],
    ['docs/reference/errors.md', NOTE + errorsPage()],
    ['docs/reference/access.md', NOTE + (await accessPage())],
    ['clients/python/src/anneal/types.py', await pythonTypes()],
    ...synchronous('clients/python/src/anneal'),
  ])
}
