import { Option, type Command } from 'commander'
import type { Page } from '../../service/resources.ts'
import type { StorageDimension, StorageRow } from '../../service/storage-resources.ts'
import { bytesText } from '../bytes-text.ts'
import { connect } from '../connect.ts'
import { show } from '../print.ts'
import { table } from '../table.ts'

const MAX_ROWS = 500
const DIMENSIONS = ['dataset', 'job', 'person', 'kind'] as const satisfies readonly StorageDimension[]

/** `storage`: what a team stores. */
export function addStorageCommand(program: Command): void {
  program
    .command('storage')
    .description(`list what the team stores, the biggest first, at most ${MAX_ROWS} lines`)
    .addOption(new Option('--by <what>', 'what it is added up by').choices(DIMENSIONS).default('kind'))
    .action(async ({ by }: { by: StorageDimension }) => {
      const client = await connect()
      const { data } = await client.get<Page<StorageRow>>(`/v1/team/storage?by=${by}&limit=${MAX_ROWS}`)
      show({ value: data, text: () => storageTable(data), ids: data.flatMap(({ id }) => id ?? []) })
    })
}

const storageTable = (rows: readonly StorageRow[]): string =>
  table(rows, [
    { title: 'size', of: ({ sizeBytes }) => bytesText(sizeBytes), right: true, whole: true },
    { title: 'items', of: ({ items }) => String(items), right: true, whole: true },
    { title: 'of', of: ({ id }) => id ?? 'service keys', whole: true },
    { title: 'in the trash', of: ({ trashBytes }) => (trashBytes === 0 ? '' : bytesText(trashBytes)), right: true },
    { title: 'name', of: ({ name }) => name ?? '' },
  ])
