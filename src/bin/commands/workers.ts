import type { Command } from 'commander'
import { bytesText } from '../bytes-text.ts'
import type { Services } from '../../service/services.ts'
import { WORKER_ACTIONS, type Worker, type WorkerAction } from '../../service/worker-resources.ts'
import { printable } from '../../data/text.ts'
import { host, withServices } from '../host.ts'

const PER_PAGE = 500
/** Characters of a name in the list. */
const MAX_SHOWN = 60

const SUMMARIES: Readonly<Record<WorkerAction, string>> = {
  cordon: 'have a worker claim nothing new; what it works on goes on',
  uncordon: 'let a cordoned worker claim again',
  drain: 'have a worker claim nothing new, and end when its work has ended',
}

async function allWorkers(services: Services): Promise<Worker[]> {
  const all: Worker[] = []
  let page = await services.workers({ limit: PER_PAGE })
  for (;;) {
    all.push(...page.data)
    if (page.nextCursor === null) return all
    page = await services.workers({ limit: PER_PAGE, after: page.nextCursor })
  }
}

function row(worker: Worker): string[] {
  const { id, name, state, alive, slots, freeSlots, pools, labels, devices, jobs } = worker
  return [
    id,
    printable(name, MAX_SHOWN),
    alive ? state : 'silent',
    `${freeSlots}/${slots}`,
    pools.join(','),
    labels.join(',') || '-',
    devices.map(deviceText).join(', '),
    jobs.join(',') || '-',
  ]
}

const deviceText = ({ kind, name, memoryBytes }: Worker['devices'][number]): string =>
  `${kind} ${printable(name, MAX_SHOWN)}${memoryBytes === null ? '' : ` ${bytesText(memoryBytes)}`}`

const HEADINGS = ['ID', 'NAME', 'STATE', 'FREE', 'POOLS', 'LABELS', 'DEVICES', 'JOBS']

function printTable(workers: readonly Worker[]): void {
  const rows = [HEADINGS, ...workers.map(row)]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  for (const cells of rows)
    process.stdout.write(
      `${cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    )
}

/** `workers …`: for operators, next to the database; on the machine of `anneal serve` it finds the service by itself. */
export function addWorkersCommand(program: Command): void {
  const workers = program
    .command('workers')
    .description('workers of the service that runs on ANNEAL_HOME, or of DATABASE_URL and REDIS_URL')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: boolean }) =>
      withServices(async (services) => {
        const all = await allWorkers(services)
        if (json === true) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`)
        else printTable(all)
      }),
    )
  for (const action of Object.keys(WORKER_ACTIONS) as WorkerAction[])
    workers
      .command(`${action} <worker>`)
      .description(SUMMARIES[action])
      .action((id: string) =>
        withServices(async (services) => {
          const { state } = await services.requestWorkerAction(id, action, host())
          process.stdout.write(`${id} is ${state}\n`)
        }),
      )
}
