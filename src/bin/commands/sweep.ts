import { setTimeout } from 'node:timers/promises'
import { Option, type Command } from 'commander'
import type { Client } from '../../client/client.ts'
import type { Sweep, SweepState, SweepSummary, SweepTrial } from '../../service/sweep-resources.ts'
import { CLIENT_ENVIRONMENT, connect } from '../connect.ts'
import { invocation } from '../invocation.ts'
import { addListOptions, listed, type ListFlags } from '../pages.ts'
import { note, show } from '../print.ts'
import { progressBar } from '../progress.ts'
import { readObject } from '../read-spec.ts'
import { fieldSetting, type FieldSetting } from '../set-fields.ts'
import { localTime, shortNumber } from '../shown.ts'
import { stateStyle } from '../style.ts'
import { table, type Column } from '../table.ts'
import { addDelete } from './delete.ts'

const POLL_MS = 1000
const STATES = ['running', 'succeeded', 'failed', 'canceled'] as const satisfies readonly SweepState[]
const pathOf = (sweep: string): string => `/v1/sweeps/${encodeURIComponent(sweep)}`

type RangeTestResult = { suggestion?: Record<string, number> | null } | null

/** Follows a sweep to its end, with progress. */
async function followSweep(client: Client, id: string): Promise<Sweep> {
  const bar = progressBar('sweep')
  for (;;) {
    const sweep = await client.get<Sweep>(pathOf(id))
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
  typeof value === 'number' ? shortNumber(value) : typeof value === 'string' ? value : JSON.stringify(value)

/** The trials of a sweep, best first. */
export function sweepTable({ trials, objective, rungs }: Sweep): string {
  const pointers = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters as object)))]
  const sign = objective.mode === 'max' ? -1 : 1
  const ordered = [...trials].sort(
    (a, b) => b.rung - a.rung || sign * (a.value ?? sign * Infinity) - sign * (b.value ?? sign * Infinity),
  )
  const ofPointer = (pointer: string): Column<SweepTrial> => ({
    title: pointer,
    of: ({ parameters }) => shown((parameters as Record<string, unknown>)[pointer]),
  })
  const budget: Column<SweepTrial> = { title: 'budget', of: ({ done }) => `${Math.round(100 * done)} %`, right: true }
  return table(ordered, [
    { title: '#', of: ({ number }) => String(number), right: true, whole: true },
    ...pointers.map(ofPointer),
    { title: objective.metric, of: ({ value }) => shortNumber(value), right: true },
    { title: 'test', of: ({ accuracy }) => shortNumber(accuracy), right: true },
    ...(rungs.length > 1 ? [budget] : []),
    { title: 'state', of: ({ state }) => state, whole: true, style: ({ state }) => stateStyle(state) },
    { title: 'job', of: ({ job }) => job, whole: true },
  ])
}

const print = (sweep: Sweep): void =>
  show({ value: sweep, text: () => sweepText(sweep), ids: [sweep.best?.job ?? sweep.id] })

function sweepText(sweep: Sweep): string {
  const reason = sweep.reason === null ? '' : `: ${sweep.reason.detail}`
  const { suggestion } = (sweep.kind === 'range-test' ? (sweep.result as RangeTestResult) : null) ?? {}
  return [
    sweepTable(sweep),
    suggestion === null ? 'The loss did not decrease: no learning rate can be suggested.\n' : '',
    ...Object.entries(suggestion ?? {}).map(([name, rate]) => `${name.padEnd(10)}${String(rate)}\n`),
    `${sweep.state}, ${sweep.counts.ended} of ${sweep.counts.trials} trials ended${reason}\n`,
  ].join('')
}

interface SubmitFlags {
  dataset: string
  set?: FieldSetting[]
  follow?: boolean
}

async function submit(file: string, { dataset, set, follow = false }: SubmitFlags): Promise<void> {
  const body = { ...(await readObject(file, set)), dataset }
  const client = await connect()
  const sweep = await client.post<Sweep>('/v1/sweeps', body)
  if (follow && invocation.json) note(sweep.id)
  else show({ value: sweep, text: `${sweep.id}\n`, ids: [sweep.id] })
  if (follow) await showEnd(client, sweep.id)
}

async function list(flags: ListFlags & { state?: string }): Promise<void> {
  const filter: Record<string, string> = flags.state === undefined ? {} : { state: flags.state }
  const found = await listed<SweepSummary>(await connect(), '/v1/sweeps', flags, filter)
  show({
    value: found,
    text: () =>
      table(found, [
        { title: 'id', of: ({ id }) => id, whole: true },
        { title: 'state', of: ({ state }) => state, whole: true, style: ({ state }) => stateStyle(state) },
        { title: 'kind', of: ({ kind }) => kind },
        { title: 'trials', of: ({ counts }) => `${counts.ended}/${counts.trials}`, right: true, whole: true },
        { title: 'best', of: ({ best }) => shortNumber(best?.value), right: true, whole: true },
        { title: 'created', of: ({ createdAt }) => localTime(createdAt), whole: true },
        { title: 'name', of: ({ name }) => name },
      ]),
    ids: found.map(({ id }) => id),
  })
}

/** `sweep submit`, `show`, `follow`, `list`, `cancel`, `delete`: sweeps over the REST API. */
export function addSweepCommands(program: Command): void {
  const sweep = program
    .command('sweep')
    .description('many jobs over the values of a spec’s fields')
    .addHelpText('after', CLIENT_ENVIRONMENT)
  sweep
    .command('submit <file>')
    .description('submit a sweep from a file (JSON, YAML) with kind, space, spec, ...; prints its id')
    .requiredOption('--dataset <dataset>', 'id of a data set that is ready')
    .option('--set <field=value>', 'a field of the file, such as spec.budget.epochs=3; may be repeated', fieldSetting)
    .option('--follow', 'follow it to its end, and print its table')
    .action(submit)
  sweep
    .command('show <sweep>')
    .description('the trials of a sweep, best first')
    .option('--json', 'everything as JSON')
    .action(async (id: string) => print(await (await connect()).get<Sweep>(pathOf(id))))
  sweep
    .command('follow <sweep>')
    .description('follow a sweep to its end, and print its table')
    .action(async (id: string) => showEnd(await connect(), id))
  addListOptions(sweep.command('list'))
    .description('list sweeps, newest first')
    .addOption(new Option('--state <state>', 'those in this state only').choices(STATES))
    .action(list)
  sweep
    .command('cancel <sweep>')
    .description('cancel a sweep and its jobs')
    .action(async (id: string) => {
      const made = await (await connect()).post<Sweep>(`${pathOf(id)}/cancel`)
      show({ value: made, text: `${made.state}\n`, ids: [made.id] })
    })
  addDelete(sweep, 'sweep')
}

async function showEnd(client: Client, id: string): Promise<void> {
  const sweep = await followSweep(client, id)
  print(sweep)
  if (sweep.state !== 'succeeded') process.exitCode = 1
}
