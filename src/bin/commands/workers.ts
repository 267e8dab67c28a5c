import type { Command } from 'commander'
import { bytesText } from '../bytes-text.ts'
import type { Services } from '../../service/services.ts'
import type { Worker, WorkerAction } from '../../service/worker-resources.ts'
import { printable } from '../../data/text.ts'
import { host, withServices } from '../host.ts'
import { show } from '../print.ts'
import { NONE, orNone } from '../shown.ts'
import type { Style } from '../style.ts'
import { table } from '../table.ts'

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

const stateOf = ({ alive, state }: Worker): string => (alive ? state : 'silent')

const STYLES: Readonly<Record<string, Style>> = {
  active: 'green',
  cordoned: 'yellow',
  draining: 'yellow',
  silent: 'red',
}

const deviceText = ({ kind, name, memoryBytes }: Worker['devices'][number]): string =>
  `${kind} ${printable(name, MAX_SHOWN)}${memoryBytes === null ? '' : ` ${bytesText(memoryBytes)}`}`

/** Equal devices once, with how many there are. */
function devicesText(devices: Worker['devices']): string {
  const texts = devices.map(deviceText)
  return [...new Set(texts)]
    .map((text) => [text, texts.filter((other) => other === text).length] as const)
    .map(([text, count]) => (count === 1 ? text : `${count} × ${text}`))
    .join(', ')
}

const workersTable = (workers: readonly Worker[]): string =>
  table(workers, [
    { title: 'id', of: ({ id }) => id, whole: true },
    { title: 'name', of: ({ name }) => name },
    { title: 'state', of: stateOf, whole: true, style: (worker) => STYLES[stateOf(worker)] },
    { title: 'free', of: ({ freeSlots, slots }) => `${freeSlots}/${slots}`, right: true, whole: true },
    { title: 'pools', of: ({ pools }) => pools.join(',') },
    { title: 'labels', of: ({ labels }) => orNone(labels.join(',')) },
    { title: 'devices', of: ({ devices }) => devicesText(devices) },
    { title: 'jobs', of: ({ jobs }) => (jobs.length === 0 ? NONE : jobs.join(',')) },
  ])

/** `workers …`: for operators, next to the database; on the machine of `anneal serve` it finds the service by itself. */
export function addWorkersCommand(program: Command): void {
  const workers = program
    .command('workers')
    .description('workers of the service that runs on ANNEAL_HOME, or of DATABASE_URL and REDIS_URL')
    .option('--json', 'as JSON')
    .action(() =>
      withServices(async (services) => {
        const all = await allWorkers(services)
        show({ value: all, text: () => workersTable(all), ids: all.map(({ id }) => id) })
      }),
    )
  for (const action of Object.keys(SUMMARIES) as WorkerAction[])
    workers
      .command(`${action} <worker>`)
      .description(SUMMARIES[action])
      .action((id: string) =>
        withServices(async (services) => {
          const worker = await services.requestWorkerAction(id, action, host())
          show({ value: worker, text: `${id} is ${worker.state}\n`, ids: [id] })
        }),
      )
}
