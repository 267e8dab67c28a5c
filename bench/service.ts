// The load figures of the service: polls, submissions, metric values and lists over large tables.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import type { Form } from './api/server.ts'
import type { Job } from '../src/service/resources.ts'
import { classFolders, writeZip } from '../test/helpers/archives.ts'
import { kill, startService } from '../test/helpers/service.ts'
import { printHeading, printTable, writeResult } from './report.ts'
import { fill } from './service/filled.ts'
import { plansOf } from './service/plans.ts'
import { pollBesideStreamsAndUpload, timesOf } from './service/polls.ts'
import { startServer, type RunningServer } from './service/server.ts'
import { metricValuesPerSecond, submissionsPerSecond } from './service/writes.ts'
import { median, spread } from './statistics.ts'

const TARGETS = { ratio: 0.5, p99Ms: 50, submissions: 500, metricValues: 20_000, p95Ms: 50 }
const CONNECTIONS = 16
const POLLED_JOBS = 50
/** Calls of each list and metric query. */
const REPETITIONS = 100
const LISTS = [
  '/v1/jobs',
  '/v1/jobs?limit=100',
  '/v1/jobs?state=failed',
  '/v1/jobs?dataset=ds_7',
  '/v1/jobs?model=model3',
  '/v1/jobs?name=run 77*',
  '/v1/jobs?sort=name',
  '/v1/jobs?sort=-priority',
  '/v1/jobs?sort=-accuracy',
  '/v1/jobs?metric=accuracy>=0.999',
  '/v1/jobs?model=model3&state=failed&sort=name',
  '/v1/datasets',
  '/v1/sweeps',
]
const PARTS = ['polls', 'latency', 'metrics', 'submissions', 'lists'] as const

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    /** In the tables of the lists; a tenth of what is wanted. */
    jobs: { type: 'string', default: '100000' },
    metrics: { type: 'string', default: '10000000' },
    /** Of PARTS; all of them where it is absent. The result is written where all were measured. */
    only: { type: 'string', multiple: true },
  },
})
const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)]
const parts: ReadonlySet<string> = new Set(options.only ?? PARTS)

const service = await startService()
const servers: RunningServer[] = []
const failed: string[] = []
const require = (what: string, isMet: boolean): void => {
  if (!isMet) failed.push(what)
}

const { id: teamId, headers } = await service.team()
const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
const body = { dataset: (await service.readyDataset(headers, zip)).id, model: 'resnet20' }

async function submit(): Promise<string> {
  const response = await service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload: body })
  return response.json<Job>().id
}

const start = async (form: Form): Promise<RunningServer> => {
  const server = await startServer(form, service)
  servers.push(server)
  return server
}

/** Polls a second of the product and of bare routes, in turns, each of many jobs. */
async function pollRates(anneal: RunningServer, paths: readonly string[]) {
  const bare = [await start('bare prisma'), await start('bare pg')]
  const rates: Record<Form, number[]> = { anneal: [], 'bare prisma': [], 'bare pg': [] }
  for (let round = -1; round < rounds; round++)
    for (const { form, url } of [anneal, ...bare]) {
      const duration = round < 0 ? 1 : seconds
      const requests = paths.map((path) => ({ path }))
      const result = await autocannon({ url, headers, connections: CONNECTIONS, duration, requests })
      if (result.non2xx > 0 || result.errors > 0) throw new Error(`${form} answered with other than 2xx`)
      if (round >= 0) rates[form].push(result.requests.average)
    }
  for (const { process: child } of bare) await kill(child, 'SIGKILL')
  printTable(
    Object.entries(rates).map(([route, all]) => ({
      route,
      'polls/s': median(all).toFixed(0),
      spread: `${(spread(all) * 100).toFixed(1)} %`,
      ratio: route === 'anneal' ? '' : (median(rates.anneal) / median(all)).toFixed(3),
    })),
  )
  const ratio = median(rates.anneal) / median(rates['bare prisma'])
  require(`polls at ${TARGETS.ratio} of a bare route`, ratio >= TARGETS.ratio)
  return { pollsPerSecond: rates, ratio }
}

async function pollLatency(url: string, paths: readonly string[]) {
  const polls = await pollBesideStreamsAndUpload(url, {
    paths,
    headers,
    pollers: 500,
    streams: 100,
    seconds: 3 * seconds,
  })
  console.log(
    `\n${polls.pollers} pollers, ${polls.streams} event streams and an upload: ${polls.pollsPerSecond.toFixed(0)} polls/s, ` +
      `p50 ${polls.p50Ms.toFixed(1)} ms, p99 ${polls.p99Ms.toFixed(1)} ms`,
  )
  require(`p99 under ${TARGETS.p99Ms} ms`, polls.p99Ms < TARGETS.p99Ms)
  return polls
}

async function metricRates(): Promise<number[]> {
  const jobs: { id: string; token: number }[] = []
  for (let i = 0; i < 8; i++) {
    const id = await submit()
    jobs.push({ id, token: (await service.store.claimJob(id, 3_600_000))?.token ?? 0 })
  }
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) rates.push(await metricValuesPerSecond(service.store, jobs, seconds))
  console.log(`${median(rates).toFixed(0)} metric values stored a second, by ${jobs.length} jobs at a time`)
  require(`${TARGETS.metricValues} metric values a second`, median(rates) >= TARGETS.metricValues)
  return rates
}

async function submissionRate(url: string) {
  await submissionsPerSecond(url, { headers, body, seconds: 1 })
  const submissions = await submissionsPerSecond(url, { headers, body, seconds: 2 * seconds })
  console.log(`${submissions.perSecond.toFixed(0)} submissions a second, p99 ${submissions.p99Ms} ms`)
  require(`${TARGETS.submissions} submissions a second`, submissions.perSecond >= TARGETS.submissions)
  return submissions
}

async function listTimes(url: string) {
  const filled = await fill(service, { teamId, jobs: Number(options.jobs), metricValues: Number(options.metrics) })
  console.log(
    `\n${filled.jobs.toLocaleString('en')} jobs and ${filled.metricValues.toLocaleString('en')} metric values in the tables, written in ${filled.seconds.toFixed(0)} s`,
  )
  const metricsPath = `/v1/jobs/${filled.longestJob}/metrics`
  const lists: { query: string; p50Ms: number; p95Ms: number; plans: { query: string; plan: string }[] }[] = []
  for (const query of [...LISTS, metricsPath, `${metricsPath}?keys=train/loss`]) {
    const times = await timesOf(url + encodeURI(query), headers, REPETITIONS)
    const plans = await plansOf(service, { teamId, headers, path: encodeURI(query) })
    lists.push({ query, ...times, plans })
  }
  printTable(
    lists.map(({ query, p50Ms, p95Ms }) => ({ query, 'p50 ms': p50Ms.toFixed(1), 'p95 ms': p95Ms.toFixed(1) })),
  )
  for (const { query, p95Ms } of lists) require(`${query} under ${TARGETS.p95Ms} ms`, p95Ms < TARGETS.p95Ms)
  return { filled, lists }
}

try {
  printHeading('The service under load', `${rounds} rounds of ${seconds} s in turns`)
  const anneal = await start('anneal')
  const paths: string[] = []
  while (paths.length < POLLED_JOBS) paths.push(`/v1/jobs/${await submit()}`)
  const run = async <T>(part: (typeof PARTS)[number], measure: () => Promise<T>): Promise<T | undefined> =>
    parts.has(part) ? measure() : undefined
  const polling = await run('polls', () => pollRates(anneal, paths))
  const polls = await run('latency', () => pollLatency(anneal.url, paths))
  const metricValuesPerSecond = await run('metrics', metricRates)
  const submissions = await run('submissions', () => submissionRate(anneal.url))
  const lists = await run('lists', () => listTimes(anneal.url))
  if (options.only === undefined)
    writeResult('service', {
      targets: TARGETS,
      ...polling,
      polls,
      submissions,
      metricValuesPerSecond,
      ...lists,
      failed,
    })
  if (failed.length > 0) {
    console.error(`Not met: ${failed.join('; ')}.`)
    process.exitCode = 1
  }
} finally {
  for (const { process: child } of servers) await kill(child, 'SIGKILL')
  await service.stop()
}
