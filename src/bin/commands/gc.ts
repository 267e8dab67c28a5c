import { InvalidArgumentError, type Command } from 'commander'
import { readConfig } from '../../config.ts'
import type { Garbage } from '../../service/garbage.ts'
import { quietAwsSdk } from '../aws-sdk.ts'
import { bytesText } from '../bytes-text.ts'
import { findConnections } from '../connections.ts'
import { show } from '../print.ts'

const HOUR_MS = 3_600_000
const DEFAULT_HOURS = 24

interface Options {
  dryRun?: boolean
  minAge: number
}

/** `gc`: for operators, next to the database and the blobs. */
export function addGcCommand(program: Command): void {
  program
    .command('gc')
    .description(
      'list and remove orphaned blobs, which no row names, and rows whose blob is missing; for operators, on a machine with the database and the blobs',
    )
    .option('--dry-run', 'list them, and remove nothing')
    .option('--min-age <hours>', 'leave blobs alone that were written since', parsedHours, DEFAULT_HOURS)
    .action(async ({ dryRun = false, minAge }: Options) => {
      quietAwsSdk()
      const [{ openBlobs }, { collectGarbage }, { openStore }] = await Promise.all([
        import('../../blobs/open.ts'),
        import('../../service/garbage.ts'),
        import('../../store/postgres.ts'),
      ])
      const config = readConfig(process.env)
      const { serviceUrl } = await findConnections(config)
      const blobs = await openBlobs(config)
      const store = openStore(serviceUrl)
      try {
        const inventory = blobs.inventory()
        const before = Date.now() - minAge * HOUR_MS
        const found = await collectGarbage({ store, blobs, inventory, before, dryRun })
        show({
          value: { dryRun, ...found },
          text: () => textOf(found, dryRun),
          ids: found.blobs.map(({ key }) => key),
        })
      } finally {
        await Promise.all([store.close(), blobs.close()])
      }
    })
}

function textOf({ blobs, rows, needed, bytes }: Garbage, dryRun: boolean): string {
  const left = new Set(needed)
  const lines = [
    ...blobs.map(({ key, sizeBytes }) => `orphaned blob    ${bytesText(sizeBytes).padStart(10)}  ${key}`),
    ...rows.map(
      (row) =>
        `row without blob ${bytesText(row.sizeBytes).padStart(10)}  ${row.type} ${row.id}, ${row.blobKey}${left.has(row) ? ' (left: a job that has not ended needs it)' : ''}`,
    ),
    `${blobs.length} orphaned blobs of ${bytesText(bytes)}, ${rows.length} rows without their blob: ${dryRun ? 'nothing is removed in a dry run' : 'removed'}.`,
  ]
  return `${lines.join('\n')}\n`
}

function parsedHours(text: string): number {
  const hours = Number(text)
  if (text.trim() !== '' && hours >= 0 && Number.isFinite(hours)) return hours
  throw new InvalidArgumentError('A number of hours from 0 on is expected.')
}
