import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import type { LogLine } from '../../service/log-resources.ts'
import type { Page } from '../../service/resources.ts'
import { CLIENT_ENVIRONMENT, connect } from '../connect.ts'
import { invocation } from '../invocation.ts'
import { positive } from '../pages.ts'

interface LogsFlags {
  follow?: boolean
  attempt?: number
  search?: string
}

const PAGE = '5000'

/** A line for a program, a line alone, or with when and where it was printed. */
function shown(line: LogLine): string {
  if (invocation.json) return `${JSON.stringify(line)}\n`
  return invocation.quiet ? `${line.text}\n` : `${line.at} ${line.attempt} ${line.stream} ${line.text}\n`
}

async function* lines(id: string, { follow, attempt, search }: LogsFlags): AsyncGenerator<string> {
  const client = await connect()
  const query = new URLSearchParams()
  if (attempt !== undefined) query.set('attempt', String(attempt))
  if (search !== undefined) query.set('search', search)
  const kind = id.startsWith('ds_') ? 'datasets' : id.startsWith('pred_') ? 'predictions' : 'jobs'
  const path = `/v1/${kind}/${encodeURIComponent(id)}/logs`
  if (follow === true) {
    for await (const { data } of client.stream(`${path}?${query.toString()}`)) yield shown(data as LogLine)
    return
  }
  query.set('limit', PAGE)
  for (let after: string | null = '0'; after !== null;) {
    query.set('after', after)
    const page: Page<LogLine> = await client.get(`${path}?${query.toString()}`)
    for (const line of page.data) yield shown(line)
    after = page.nextCursor
  }
}

export const addLogs = (parent: Command, argument = 'id'): Command =>
  parent
    .command(`logs <${argument}>`)
    .description(
      'Print what the processes of a job printed, by attempts; of a data set (ds_...), what its ingest printed; of a batch of predictions (pred_...), what the predictor printed for it. Each line has its time, attempt and stream.',
    )
    .option('-f, --follow', 'print further lines as they come, until the job has ended')
    .option('--attempt <number>', 'of this attempt only', positive)
    .option('--search <text>', 'lines that contain the text, in whatever case')
    .option('--json', 'one JSON document per line')
    .option('-q, --quiet', 'the lines alone, with no time, attempt and stream')
    .action(async (id: string, flags: LogsFlags) => {
      await pipeline(lines(id, flags), process.stdout, { end: false })
    })

/** `logs`: what the processes of a job printed. */
export function addLogsCommand(program: Command): void {
  addLogs(program).addHelpText('after', CLIENT_ENVIRONMENT)
}
