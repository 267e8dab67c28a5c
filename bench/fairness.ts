import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { lineChart } from '../src/plots/line-chart.ts'
import { FAIR_SHARE } from '../src/service/ports/fair-share.ts'
import { temporaryFolder } from '../test/helpers/archives.ts'
import { startMigrated } from '../test/helpers/template-cluster.ts'
import { firstComeFirstServed } from './fairness/first-come.ts'
import { Hindsight } from './fairness/hindsight.ts'
import { simulate } from './fairness/simulation.ts'
import { windows, type Timeline } from './fairness/timeline.ts'
import { firstWaits, floodWorkload, mixedWorkload, type Workload } from './fairness/workload.ts'
import { printHeading, printTable, writeResult } from './report.ts'

const HOUR = 3600
const TARGET = 0.95
const PLOT = fileURLToPath(new URL('../../docs/images/fairness.svg', import.meta.url))

const { values: given } = parseArgs({
  options: {
    teams: { type: 'string', default: '50' },
    jobs: { type: 'string', default: '10000' },
    /** Simulated hours; without it, until the last job has ended. */
    hours: { type: 'string' },
  },
})
const DEVICES = 8
const options = { teams: Number(given.teams), jobs: Number(given.jobs), devices: DEVICES, seed: 1 }
const untilSeconds = given.hours === undefined ? Infinity : Number(given.hours) * HOUR
const flood = { jobs: Math.round(options.jobs / 10), devices: DEVICES, others: 8, every: HOUR / 2 }

printHeading(
  'Device time of teams over their weights, on the real store with a simulated clock',
  `${options.teams} teams, ${options.jobs} jobs, ${options.devices} devices`,
)
const began = performance.now()
const folder = await temporaryFolder()
const database = await startMigrated(join(folder.path, 'postgres'))
try {
  const delays = await delayedByFlood()
  const hindsight = new Hindsight()
  const workload = mixedWorkload(options)
  const fair = await simulate(workload, {
    databaseUrl: database.url,
    untilSeconds,
    onRound: (...round) => hindsight.ask(...round),
    onProgress: (ended, seconds) => {
      process.stderr.write(`\r${ended} jobs ended at ${(seconds / HOUR).toFixed(1)} h `)
    },
  })
  process.stderr.write('\n')
  const runs = { 'fair share': fair, 'first come, first served': firstComeFirstServed(workload) }
  const results = Object.entries(runs).map(([name, timeline]) => ({ name, ...measured(workload, timeline) }))
  const expectations = [1, 6, Infinity].map((hours) => hindsight.errors(fair.starts, hours * HOUR))
  report(results, delays, expectations)
  writeResult('fairness', {
    target: TARGET,
    options,
    ...(given.hours === undefined ? {} : { simulatedHours: Number(given.hours) }),
    settings: FAIR_SHARE,
    wallSeconds: Math.round((performance.now() - began) / 1000),
    results,
    flood: { ...flood, delays },
    expectations,
  })
  await writeFile(PLOT, plotOf(results))
  if (results[0] !== undefined && results[0].lowest < TARGET) process.exitCode = 1
} finally {
  await database.stop()
  await folder.remove()
}

/** Seconds that teams wait for their first job while a flood of another has all devices. */
async function delayedByFlood(): Promise<number[]> {
  const workload = floodWorkload(flood)
  const end = (flood.others + 1) * flood.every
  const { starts } = await simulate(workload, { databaseUrl: database.url, untilSeconds: end })
  return firstWaits(workload, starts)
}

type Results = { name: string } & ReturnType<typeof measured>

function measured(workload: Workload, timeline: Timeline) {
  const hours = windows(workload.teams, timeline, { length: HOUR, stride: HOUR / 6 }).filter(
    ({ from }) => from + HOUR <= untilSeconds,
  )
  const indexes = hours.map(({ jain }) => jain)
  return {
    hours,
    lowest: Math.min(...indexes),
    mean: indexes.reduce((sum, value) => sum + value, 0) / indexes.length,
    preemptions: timeline.preemptions,
  }
}

function report(results: Results[], delays: number[], expectations: ReturnType<Hindsight['errors']>[]): void {
  printTable(
    results.map(({ name, hours, lowest, mean, preemptions }) => ({
      order: name,
      hours: hours.length,
      'lowest index': lowest.toFixed(3),
      'mean index': mean.toFixed(3),
      preemptions,
    })),
  )
  const longest = Math.max(...delays)
  console.log(
    `\nA flood of ${flood.jobs} jobs on all devices: ${delays.length} other teams waited at most ${longest} s.\n`,
  )
  printTable(
    expectations.map((one) => ({
      'started within, h': Number.isFinite(one.withinHours) ? one.withinHours : 'any',
      questions: one.questions,
      'median wait, s': one.medianWaitSeconds,
      'median error, s': one.medianErrorSeconds,
      'error at 90 %, s': one.p90ErrorSeconds,
      'median of expected less actual, s': one.medianSignedSeconds,
    })),
  )
}

function plotOf(results: Results[]): string {
  return lineChart({
    width: 820,
    height: 360,
    title: 'Device time over weight, in hours in which all teams wait',
    x: { label: 'hour' },
    y: { label: 'Jain’s index' },
    series: results.map(({ name, hours }) => ({
      name,
      points: hours.map(({ from, jain }) => [from / HOUR, jain] as const),
    })),
  })
}
