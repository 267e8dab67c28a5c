import { Option, type Command } from 'commander'
import { printable } from '../../data/text.ts'
import type { Page } from '../../service/resources.ts'
import { STORAGE_DIMENSIONS, type StorageDimension, type StorageRow } from '../../service/storage-resources.ts'
import { bytesText } from '../bytes-text.ts'
import { connect } from './client.ts'

const MAX_ROWS = 500
/** Characters of an id and a name in the list. */
const MAX_SHOWN = 60

/** `storage`: what a team stores. */
export function addStorageCommand(program: Command): void {
  program
    .command('storage')
    .description(`list what the team stores, the biggest first, at most ${MAX_ROWS} lines`)
    .addOption(new Option('--by <what>', 'what it is added up by').choices(STORAGE_DIMENSIONS).default('kind'))
    .option('--json', 'print it as JSON')
    .action(async ({ by, json }: { by: StorageDimension; json?: true }) => {
      const client = await connect()
      const { data } = await client.get<Page<StorageRow>>(`/v1/team/storage?by=${by}&limit=${MAX_ROWS}`)
      process.stdout.write(json === true ? `${JSON.stringify(data, undefined, 2)}\n` : data.map(lineOf).join(''))
    })
}

function lineOf({ id, name, items, sizeBytes, trashBytes }: StorageRow): string {
  const trash = trashBytes === 0 ? '' : `, ${bytesText(trashBytes)} of it in the trash`
  const what = `${printable(id ?? 'service keys', MAX_SHOWN)}${name === null ? '' : `  ${printable(name, MAX_SHOWN)}`}`
  return `${bytesText(sizeBytes).padStart(10)}  ${String(items).padStart(6)} items  ${what}${trash}\n`
}
