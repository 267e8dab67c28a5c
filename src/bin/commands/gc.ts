import { InvalidArgumentError, type Command } from 'commander'
import { openBlobs } from '../../blobs/open.ts'
import { readConfig } from '../../config.ts'
import { collectGarbage, type Garbage } from '../../service/garbage.ts'
import { openStore } from '../../store/postgres.ts'
import { quietAwsSdk } from '../aws-sdk.ts'
import { bytesText } from '../bytes-text.ts'
import { findConnections } from '../connections.ts'

const HOUR_MS = 3_600_000
const DEFAULT_HOURS = 24

interface Options {
  dryRun?: boolean
  json?: true
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
    .option('--json', 'print them as JSON')
    .action(async ({ dryRun = false, json, minAge }: Options) => {
      const config = readConfig(process.env)
      const { serviceUrl } = await findConnections(config)
      quietAwsSdk()
      const blobs = await openBlobs(config)
      const store = openStore(serviceUrl)
      try {
        const inventory = blobs.inventory()
        const before = Date.now() - minAge * HOUR_MS
        const found = await collectGarbage({ store, blobs, inventory, before, dryRun })
        process.stdout.write(
          json === true ? `${JSON.stringify({ dryRun, ...found }, undefined, 2)}\n` : textOf(found, dryRun),
        )
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
