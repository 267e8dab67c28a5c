import type { Command } from 'commander'
import type { TrashEntry } from '../../service/trash-resources.ts'
import { bytesText } from '../bytes-text.ts'
import { connect } from '../connect.ts'
import { listed } from '../pages.ts'
import { show } from '../print.ts'
import { localTime } from '../shown.ts'
import { table } from '../table.ts'

/** `trash` and `restore`: what was deleted. */
export function addTrashCommands(program: Command): void {
  program
    .command('trash')
    .description('list what was deleted and can be restored, newest first')
    .action(async () => {
      const entries = await listed<TrashEntry>(await connect(), '/v1/trash', { limit: Infinity, all: true })
      show({
        value: entries,
        text: () => (entries.length === 0 ? 'The trash is empty.\n' : trashTable(entries)),
        ids: entries.map(({ id }) => id),
      })
    })
  program
    .command('restore <ids...>')
    .description('take things out of the trash, by the ids that they had')
    .action(async (ids: string[]) => {
      const client = await connect()
      for (const id of ids) await client.post(`/v1/trash/${encodeURIComponent(id)}/restore`, {})
      show({ value: { restored: ids }, text: ids.map((id) => `restored ${id}\n`).join(''), ids })
    })
}

const trashTable = (entries: readonly TrashEntry[]): string =>
  table(entries, [
    { title: 'id', of: ({ id }) => id, whole: true },
    { title: 'type', of: ({ type }) => type, whole: true },
    { title: 'size', of: ({ sizeBytes }) => bytesText(sizeBytes), right: true, whole: true },
    { title: 'until', of: ({ purgeAt }) => localTime(purgeAt), whole: true },
    { title: 'name', of: ({ name }) => name },
  ])
