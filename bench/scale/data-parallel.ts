import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { engineEnvironment } from '../../src/engine/environment.ts'
import { machinesOn, type Machine } from '../../test/helpers/machines.ts'
import { printHeading, printStep, printTable, writeResult, type Row } from '../report.ts'
import { median, spread } from '../statistics.ts'
import { startContestant, type Contestant, type Workload } from '../throughput/contestant.ts'

const CORES = 2
const TARGET = 0.95
const OURS = fileURLToPath(new URL('./throughput/anneal.js', import.meta.url))
const GROUP_TIMEOUT_MS = 120_000

type Shape = Pick<Workload, 'model' | 'size' | 'channels' | 'batch' | 'precision'>
const SHAPES: Shape[] = [
  { model: 'resnet20', size: 28, channels: 1, batch: 128, precision: 'bfloat16' },
  { model: 'mobilenet_v2', size: 64, channels: 3, batch: 128, precision: 'bfloat16' },
  ...(['float32', 'bfloat16'] as const).flatMap((precision): Shape[] => [
    { model: 'resnet18', size: 64, channels: 3, batch: 128, precision },
    { model: 'resnet18', size: 64, channels: 3, batch: 512, precision },
  ]),
]

/** What also goes over links between machines: more and less work for each byte of gradients. */
const LINKED = [
  { model: 'resnet18', size: 64, channels: 3, batch: 256, precision: 'bfloat16' },
  { model: 'resnet18', size: 64, channels: 3, batch: 128, precision: 'bfloat16' },
] satisfies Shape[]
const LINKS_MBIT = [10_000, 1000]
const PORT = 29_500

interface Team {
  name: string
  processes: Contestant[]
  milliseconds: number[]
}

/** How the processes of a team are placed. */
interface Placement {
  name: string
  worldSize: number
  store: string
  /** By rank: what begins the command, and the address that the others reach. */
  hosts?: readonly Machine[]
  compressGradients?: boolean
}

/** Processes that share every batch and the cores. */
async function startTeam(shape: Shape, { name, worldSize, store, hosts, compressGradients }: Placement): Promise<Team> {
  const threads = CORES / worldSize
  const processes = Array.from({ length: worldSize }, (_, rank) => {
    const host = hosts?.[rank]
    const group = { rank, worldSize, store, address: host?.address, compressGradients, timeoutMs: GROUP_TIMEOUT_MS }
    return startContestant(
      [...(host?.inside ?? []), process.execPath, OURS] as [string, ...string[]],
      { ...shape, batch: shape.batch / worldSize, classes: 10, mode: 'training', threads, group },
      engineEnvironment(threads),
    )
  })
  return { name, processes: await Promise.all(processes), milliseconds: [] }
}

/** Milliseconds of each step, as rank 0 measures them. */
async function stepsOf({ processes }: Team, count: number): Promise<number[]> {
  const [first = []] = await Promise.all(processes.map((member) => member.steps(count)))
  return first
}

interface Measure {
  rounds: number
  /** Of a round of one team, about. */
  seconds: number
}

/** Steps of teams that train the same shape, in turns; the first is what the others are compared with. */
async function inTurns(teams: readonly Team[], { rounds, seconds }: Measure): Promise<void> {
  const counts: number[] = []
  for (const team of teams) counts.push(Math.max(1, Math.round((seconds * 1000) / median(await stepsOf(team, 2)))))
  for (let round = 0; round < rounds; round++)
    for (const [i, team] of teams.entries()) team.milliseconds.push(...(await stepsOf(team, counts[i]!)))
  for (const { processes } of teams) await Promise.all(processes.map((member) => member.finish()))
}

const ONE: Placement = { name: 'one process, two threads', worldSize: 1, store: '' }

const named = ({ model, size, batch, precision }: Shape): string => `${model} ${size}px batch ${batch} ${precision}`

const rowsOf = (shape: Shape, teams: readonly Team[]): Row[] =>
  teams.map(({ name, milliseconds }, i) => ({
    row: named(shape),
    team: name,
    n: milliseconds.length,
    'median ms': median(milliseconds).toFixed(1),
    spread: `${(spread(milliseconds) * 100).toFixed(1)} %`,
    'images/s': ((shape.batch / median(milliseconds)) * 1000).toFixed(1),
    efficiency: i === 0 ? '' : (median(teams[0]!.milliseconds) / median(milliseconds)).toFixed(3),
  }))

/** Two processes of one thread against one process of two threads, in turns: images a second, and their ratio. */
export async function dataParallel(measure: Measure): Promise<void> {
  printHeading(
    'Data-parallel training: one SGD step on the same batch by two processes of one thread, and by one of two threads',
    `${measure.rounds} rounds of about ${measure.seconds} s in turns`,
  )
  const table: Row[] = []
  for (const shape of SHAPES) {
    printStep(named(shape))
    const folder = await mkdtemp(join(tmpdir(), 'anneal-scale-'))
    const two = { name: 'two processes', worldSize: CORES, store: `file://${join(folder, 'store')}` }
    const teams = [await startTeam(shape, ONE), await startTeam(shape, two)]
    await inTurns(teams, measure)
    await rm(folder, { recursive: true, force: true })
    table.push(...rowsOf(shape, teams))
  }
  for (const shape of LINKED) {
    printStep(`${named(shape)}, over links`)
    table.push(...rowsOf(shape, await overLinks(shape, measure)))
  }
  printTable(table)
  console.log(
    `\nefficiency: images a second over those of one process; wanted of two processes on one host: at least ${TARGET}`,
  )
  writeResult('scale-data-parallel', { cores: CORES, ...measure, rows: table })
}

/** One process, and two in network namespaces whose links carry so much, with gradients in float32 and in bfloat16. */
async function overLinks(shape: Shape, measure: Measure): Promise<Team[]> {
  const machines = machinesOn(tmpdir())
  try {
    const teams = [await startTeam(shape, ONE)]
    for (const [i, megabits] of LINKS_MBIT.entries())
      for (const compressGradients of [false, true]) {
        const hosts = [machines.add(), machines.add()]
        for (const host of hosts) host.shape(megabits)
        const precision = compressGradients ? 'bfloat16' : 'float32'
        teams.push(
          await startTeam(shape, {
            name: `two namespaces, ${megabits / 1000} Gbit/s, gradients in ${precision}`,
            worldSize: CORES,
            store: `tcp://${hosts[0]!.address}:${PORT + i}/link`,
            hosts,
            compressGradients,
          }),
        )
      }
    await inTurns(teams, measure)
    return teams
  } finally {
    await machines.remove()
  }
}
