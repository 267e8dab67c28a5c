import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Client } from '../../client/client.ts'
import type { Sweep, SweepSummary } from '../../service/sweep-resources.ts'
import { progressBar } from '../progress.ts'
import { readJsonObject } from '../read-spec.ts'
import { CLIENT_ENVIRONMENT, connect } from './client.ts'

const POLL_MS = 1000

type RangeTestResult = { suggestion?: Record<string, number> | null } | null

/** Follows a sweep to its end, with progress. */
async function followSweep(client: Client, id: string): Promise<Sweep> {
  const bar = progressBar('sweep')
  for (;;) {
    const sweep = await client.get<Sweep>(`/v1/sweeps/${id}`)
    const { counts, best, objective } = sweep
    const note = best === null ? '' : `, best ${objective.metric} ${shown(best.value)} of #${best.number}`
    bar.update(counts.ended, counts.trials, `${counts.ended} of ${counts.trials} trials${note}`)
    if (sweep.state !== 'running') {
      bar.stop()
      return sweep
    }
    await setTimeout(POLL_MS)
  }
}

const shown = (value: unknown): string =>
  typeof value === 'number'
    ? String(Number(value.toPrecision(4)))
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)

/** The trials of a sweep, best first. */
export function sweepTable({ trials, objective, rungs }: Sweep): string {
  const pointers = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters as object)))]
  const halves = rungs.length > 1
  const sign = objective.mode === 'max' ? -1 : 1
  const ordered = [...trials].sort(
    (a, b) => b.rung - a.rung || sign * (a.value ?? sign * Infinity) - sign * (b.value ?? sign * Infinity),
  )
  const rows = [
    ['#', ...pointers, objective.metric, 'test', ...(halves ? ['budget'] : []), 'state', 'job'],
    ...ordered.map(({ number, job, state, parameters, value, accuracy, done }) => [
      String(number),
      ...pointers.map((pointer) => shown((parameters as Record<string, unknown>)[pointer])),
      value === null ? '-' : shown(value),
      accuracy === null ? '-' : shown(accuracy),
      ...(halves ? [`${Math.round(100 * done)} %`] : []),
      state,
      job,
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

function print(sweep: Sweep): void {
  process.stdout.write(sweepTable(sweep))
  const reason = sweep.reason === null ? '' : `: ${sweep.reason.detail}`
  const { suggestion } = (sweep.kind === 'range-test' ? (sweep.result as RangeTestResult) : null) ?? {}
  if (suggestion === null) process.stdout.write('The loss did not decrease: no learning rate can be suggested.\n')
  for (const [name, rate] of Object.entries(suggestion ?? {}))
    process.stdout.write(`${name.padEnd(10)}${String(rate)}\n`)
  process.stdout.write(`${sweep.state}, ${sweep.counts.ended} of ${sweep.counts.trials} trials ended${reason}\n`)
}

/** `sweep submit`, `show`, `follow`, `list`, `cancel`: sweeps over the REST API. */
export function addSweepCommands(program: Command): void {
  const sweep = program
    .command('sweep')
    .description('many jobs over the values of a spec’s fields')
    .addHelpText('after', CLIENT_ENVIRONMENT)
  sweep
    .command('submit <file>')
    .description('submit a sweep from a file with kind, space, spec, ...; prints its id')
    .requiredOption('--dataset <id>', 'id of a data set that is ready')
    .option('--follow', 'follow it to its end, and print its table')
    .action(async (file: string, { dataset, follow }: { dataset: string; follow?: boolean }) => {
      const body = { ...readJsonObject(file), dataset }
      const client = await connect()
      const { id } = await client.post<Sweep>('/v1/sweeps', body)
      process.stdout.write(`${id}\n`)
      if (follow === true) await showEnd(client, id)
    })
  sweep
    .command('show <sweep>')
    .description('the trials of a sweep, best first')
    .option('--json', 'everything as JSON')
    .action(async (id: string, { json }: { json?: boolean }) => {
      const found = await (await connect()).get<Sweep>(`/v1/sweeps/${id}`)
      if (json === true) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
      else print(found)
    })
  sweep
    .command('follow <sweep>')
    .description('follow a sweep to its end, and print its table')
    .action(async (id: string) => showEnd(await connect(), id))
  sweep
    .command('list')
    .description('list sweeps, newest first')
    .action(async () => {
      const { data } = await (await connect()).get<{ data: SweepSummary[] }>('/v1/sweeps')
      for (const { id, state, kind, counts, best, name } of data)
        process.stdout.write(
          `${id}  ${state.padEnd(9)}  ${kind.padEnd(10)}  ${counts.ended}/${counts.trials}  ${best === null ? '-' : shown(best.value)}  ${name}\n`,
        )
    })
  sweep
    .command('cancel <sweep>')
    .description('cancel a sweep and its jobs')
    .action(async (id: string) => {
      const { state } = await (await connect()).post<Sweep>(`/v1/sweeps/${id}/cancel`)
      process.stdout.write(`${state}\n`)
    })
}

async function showEnd(client: Client, id: string): Promise<void> {
  const sweep = await followSweep(client, id)
  print(sweep)
  if (sweep.state !== 'succeeded') process.exitCode = 1
}
