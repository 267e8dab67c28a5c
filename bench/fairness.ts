import { mkdir, writeFile } from 'node:fs/promises'
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
import { makeWorkload } from './fairness/workload.ts'
import { printHeading, printTable, writeResult } from './report.ts'

const HOUR = 3600
const TARGET = 0.95
const PLOT = fileURLToPath(new URL('../../docs/images/fairness.svg', import.meta.url))

const { values: given } = parseArgs({
  options: { teams: { type: 'string', default: '50' }, jobs: { type: 'string', default: '10000' } },
})
const options = {
  teams: Number(given.teams),
  jobs: Number(given.jobs),
  devices: 8,
  flood: Math.round(Number(given.jobs) / 10),
  secondArrives: HOUR,
  othersArrive: 2 * HOUR,
  seed: 1,
}

const workload = makeWorkload(options)
printHeading(
  'Device time of teams over their weights, on the real store with a simulated clock',
  `${options.teams} teams, ${options.jobs} jobs, ${options.devices} devices`,
)
const folder = await temporaryFolder()
const database = await startMigrated(join(folder.path, 'postgres'))
try {
  const began = performance.now()
  const hindsight = new Hindsight()
  const fair = await simulate(workload, {
    databaseUrl: database.url,
    onRound: (...round) => hindsight.ask(...round),
    onProgress: (ended, seconds) => {
      process.stderr.write(`\r${ended} jobs ended at ${(seconds / HOUR).toFixed(1)} h `)
    },
  })
  process.stderr.write('\n')
  const runs = { 'fair share': fair, 'first come, first served': firstComeFirstServed(workload) }
  const results = Object.entries(runs).map(([name, timeline]) => ({ name, ...measured(timeline) }))
  printTable(
    results.map(({ name, hours, lowest, mean, delaySeconds, preemptions }) => ({
      order: name,
      hours: hours.length,
      'lowest index': lowest.toFixed(3),
      'mean index': mean.toFixed(3),
      'wait of the second team, s': Math.round(delaySeconds),
      preemptions,
    })),
  )
  const expectations = [1, 6, Infinity].map((hours) => hindsight.errors(fair.starts, hours * HOUR))
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
  writeResult('fairness', {
    target: TARGET,
    options,
    settings: FAIR_SHARE,
    wallSeconds: Math.round((performance.now() - began) / 1000),
    results,
    expectations,
  })
  await mkdir(join(PLOT, '..'), { recursive: true })
  await writeFile(
    PLOT,
    lineChart({
      width: 820,
      height: 360,
      title: 'Device time over weight, in hours in which all teams wait',
      x: { label: 'hour' },
      y: { label: 'Jain’s index' },
      series: results.map(({ name, hours }) => ({
        name,
        points: hours.map(({ from, jain }) => [from / HOUR, jain] as const),
      })),
    }),
  )
  if (results[0] !== undefined && results[0].lowest < TARGET) process.exitCode = 1
} finally {
  await database.stop()
  await folder.remove()
}

function measured(timeline: Timeline) {
  const hours = windows(workload.teams, timeline, { length: HOUR, stride: HOUR / 6 })
  const indexes = hours.map(({ jain }) => jain)
  return {
    hours,
    lowest: Math.min(...indexes),
    mean: indexes.reduce((sum, value) => sum + value, 0) / indexes.length,
    delaySeconds: (timeline.starts.get('job_1_0') ?? Infinity) - options.secondArrives,
    preemptions: timeline.preemptions,
  }
}
