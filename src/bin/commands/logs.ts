import { pipeline } from 'node:stream/promises'
import { InvalidArgumentError, type Command } from 'commander'
import type { LogLine } from '../../service/log-resources.ts'
import type { Page } from '../../service/resources.ts'
import { CLIENT_ENVIRONMENT, connect } from './client.ts'

interface LogsFlags {
  follow?: boolean
  attempt?: number
  search?: string
  json?: boolean
}

const PAGE = '5000'

function attemptNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('A whole number from 1 is expected.')
}

const shown = (line: LogLine, json = false): string =>
  json ? `${JSON.stringify(line)}\n` : `${line.at} ${line.attempt} ${line.stream} ${line.text}\n`

async function* lines(id: string, { follow, attempt, search, json }: LogsFlags): AsyncGenerator<string> {
  const client = await connect()
  const query = new URLSearchParams()
  if (attempt !== undefined) query.set('attempt', String(attempt))
  if (search !== undefined) query.set('search', search)
  const kind = id.startsWith('ds_') ? 'datasets' : id.startsWith('pred_') ? 'predictions' : 'jobs'
  const path = `/v1/${kind}/${encodeURIComponent(id)}/logs`
  if (follow === true) {
    for await (const { data } of client.stream(`${path}?${query.toString()}`)) yield shown(data as LogLine, json)
    return
  }
  query.set('limit', PAGE)
  for (let after: string | null = '0'; after !== null;) {
    query.set('after', after)
    const page: Page<LogLine> = await client.get(`${path}?${query.toString()}`)
    for (const line of page.data) yield shown(line, json)
    after = page.nextCursor
  }
}

/** `logs`: what the processes of a job printed. */
export function addLogsCommand(program: Command): void {
  program
    .command('logs <id>')
    .description(
      'Print what the processes of a job printed, by attempts; of a data set (ds_...), what its ingest printed; of a batch of predictions (pred_...), what the predictor printed for it. Each line has its time, attempt and stream.',
    )
    .option('-f, --follow', 'print further lines as they come, until the job has ended')
    .option('--attempt <number>', 'of this attempt only', attemptNumber)
    .option('--search <text>', 'lines that contain the text, in whatever case')
    .option('--json', 'one JSON document per line')
    .action(async (id: string, flags: LogsFlags) => {
      await pipeline(lines(id, flags), process.stdout, { end: false })
    })
    .addHelpText('after', CLIENT_ENVIRONMENT)
}
