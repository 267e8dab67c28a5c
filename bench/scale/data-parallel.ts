import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { engineEnvironment } from '../../src/engine/environment.ts'
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

interface Team {
  processes: Contestant[]
  milliseconds: number[]
}

/** Processes that share every batch and the cores. */
async function startTeam(shape: Shape, worldSize: number, store: string): Promise<Team> {
  const threads = CORES / worldSize
  const processes = Array.from({ length: worldSize }, (_, rank) =>
    startContestant(
      [process.execPath, OURS],
      {
        ...shape,
        batch: shape.batch / worldSize,
        classes: 10,
        mode: 'training',
        threads,
        group: { rank, worldSize, store, timeoutMs: GROUP_TIMEOUT_MS },
      },
      engineEnvironment(threads),
    ),
  )
  return { processes: await Promise.all(processes), milliseconds: [] }
}

/** Milliseconds of each step, as rank 0 measures them. */
async function stepsOf({ processes }: Team, count: number): Promise<number[]> {
  const [first = []] = await Promise.all(processes.map((member) => member.steps(count)))
  return first
}

/** Two processes of one thread against one process of two threads, in turns: images a second, and their ratio. */
export async function dataParallel({ rounds, seconds }: { rounds: number; seconds: number }): Promise<void> {
  printHeading(
    'Data-parallel training: one SGD step on the same batch by two processes of one thread, and by one of two threads',
    `Gloo over loopback, ${rounds} rounds of about ${seconds} s in turns`,
  )
  const table: Row[] = []
  const results: object[] = []
  for (const shape of SHAPES) {
    const name = `${shape.model} ${shape.size}px batch ${shape.batch} ${shape.precision}`
    printStep(name)
    const folder = await mkdtemp(join(tmpdir(), 'anneal-scale-'))
    const teams = [await startTeam(shape, 1, ''), await startTeam(shape, CORES, `file://${join(folder, 'store')}`)]
    const counts: number[] = []
    for (const team of teams) counts.push(Math.max(1, Math.round((seconds * 1000) / median(await stepsOf(team, 2)))))
    for (let round = 0; round < rounds; round++)
      for (const [i, team] of teams.entries()) team.milliseconds.push(...(await stepsOf(team, counts[i]!)))
    for (const { processes } of teams) await Promise.all(processes.map((member) => member.finish()))
    await rm(folder, { recursive: true, force: true })
    const [one, two] = teams.map(({ milliseconds }) => median(milliseconds)) as [number, number]
    const efficiency = one / two
    results.push({ ...shape, efficiency, oneProcess: teams[0]!.milliseconds, twoProcesses: teams[1]!.milliseconds })
    for (const [i, { milliseconds }] of teams.entries())
      table.push({
        row: name,
        processes: i + 1,
        n: milliseconds.length,
        'median ms': median(milliseconds).toFixed(1),
        spread: `${(spread(milliseconds) * 100).toFixed(1)} %`,
        'images/s': ((shape.batch / median(milliseconds)) * 1000).toFixed(1),
        efficiency: i === 0 ? '' : efficiency.toFixed(3),
      })
  }
  printTable(table)
  console.log(`\nefficiency: images a second of two processes over those of one; wanted: at least ${TARGET}`)
  writeResult('scale-data-parallel', { cores: CORES, rounds, rows: results })
}
