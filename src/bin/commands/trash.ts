import type { Command } from 'commander'
import { printable } from '../../data/text.ts'
import type { Page } from '../../service/resources.ts'
import type { TrashEntry } from '../../service/trash-resources.ts'
import { bytesText } from '../bytes-text.ts'
import { connect } from './client.ts'

const PER_PAGE = 500
/** Characters of a name in the list. */
const MAX_SHOWN = 60

/** `trash` and `restore`: what was deleted. */
export function addTrashCommands(program: Command): void {
  program
    .command('trash')
    .description('list what was deleted and can be restored, newest first')
    .option('--json', 'print it as JSON')
    .action(async ({ json }: { json?: true }) => {
      const entries = await everything()
      process.stdout.write(json === true ? `${JSON.stringify(entries, undefined, 2)}\n` : table(entries))
    })
  program
    .command('restore <ids...>')
    .description('take things out of the trash, by the ids that they had')
    .action(async (ids: string[]) => {
      const client = await connect()
      for (const id of ids) {
        await client.post(`/v1/trash/${encodeURIComponent(id)}/restore`, {})
        process.stdout.write(`restored ${id}\n`)
      }
    })
}

async function everything(): Promise<TrashEntry[]> {
  const client = await connect()
  const entries: TrashEntry[] = []
  let after = ''
  for (;;) {
    const { data, nextCursor } = await client.get<Page<TrashEntry>>(`/v1/trash?limit=${PER_PAGE}${after}`)
    entries.push(...data)
    if (nextCursor === null) return entries
    after = `&after=${encodeURIComponent(nextCursor)}`
  }
}

function table(entries: readonly TrashEntry[]): string {
  if (entries.length === 0) return 'The trash is empty.\n'
  const width = Math.max(...entries.map(({ id }) => id.length))
  const lines = entries.map(
    ({ id, type, sizeBytes, purgeAt, name }) =>
      `${id.padEnd(width)}  ${type.padEnd('datasetVersion'.length)}  ${bytesText(sizeBytes).padStart(10)}  until ${purgeAt.slice(0, 10)}  ${printable(name, MAX_SHOWN)}\n`,
  )
  return lines.join('')
}
