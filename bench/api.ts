import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import type { Job } from '../src/service/resources.ts'
import { classFolders, writeZip } from '../test/helpers/archives.ts'
import { kill, startService } from '../test/helpers/service.ts'
import type { Form } from './api/server.ts'
import { printHeading, printTable, writeResult } from './report.ts'
import { startServer, type RunningServer } from './service/server.ts'
import { median, spread } from './statistics.ts'

const TARGET = 0.5
const CONNECTIONS = 16
const FORMS: readonly Form[] = ['anneal', 'bare prisma', 'bare pg']

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' } },
})

interface Server extends RunningServer {
  requestsPerSecond: number[]
  p99Ms: number[]
  peakBytes: number
}

async function load(server: Server, path: string, headers: Record<string, string>, seconds: number): Promise<void> {
  const result = await autocannon({
    url: `${server.url}${path}`,
    headers,
    connections: CONNECTIONS,
    duration: seconds,
  })
  if (result['2xx'] === 0 || result.non2xx > 0 || result.errors > 0)
    throw new Error(`${server.form}: ${result.non2xx} answers were not 2xx, ${result.errors} requests failed.`)
  server.requestsPerSecond.push(result.requests.average)
  server.p99Ms.push(result.latency.p99)
}

const service = await startService()
const servers: Server[] = []
try {
  const seconds = Number(options.seconds)
  printHeading(
    'GET /v1/jobs/{id} beside a bare Fastify route that reads the same row',
    `${options.rounds} rounds of ${seconds} s in turns, ${CONNECTIONS} connections`,
  )
  const { headers } = await service.team()
  const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
  const dataset = await service.readyDataset(headers, zip)
  const submitted = await service.app.inject({
    method: 'POST',
    url: '/v1/jobs',
    headers,
    payload: { dataset: dataset.id, model: 'resnet20' },
  })
  const path = `/v1/jobs/${submitted.json<Job>().id}`
  for (const form of FORMS)
    servers.push({ ...(await startServer(form, service)), requestsPerSecond: [], p99Ms: [], peakBytes: 0 })
  for (const server of servers) {
    await load(server, path, headers, 1)
    Object.assign(server, { requestsPerSecond: [], p99Ms: [] })
  }
  for (let round = 0; round < Number(options.rounds); round++)
    for (const server of servers) await load(server, path, headers, seconds)
  for (const server of servers) {
    const status = await readFile(`/proc/${server.process.pid ?? 0}/status`, 'utf8')
    server.peakBytes = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
  }

  const rates = new Map(servers.map(({ form, requestsPerSecond }) => [form, median(requestsPerSecond)]))
  const ratioTo = (form: Form): number => (rates.get('anneal') ?? NaN) / (rates.get(form) ?? NaN)
  printTable(
    servers.map(({ form, requestsPerSecond, p99Ms, peakBytes }) => ({
      route: form,
      'requests/s': median(requestsPerSecond).toFixed(0),
      spread: `${(spread(requestsPerSecond) * 100).toFixed(1)} %`,
      'p99 ms': median(p99Ms).toFixed(0),
      'peak MiB': (peakBytes / 2 ** 20).toFixed(0),
      ratio: form === 'anneal' ? '' : ratioTo(form).toFixed(3),
    })),
  )
  const ratio = ratioTo('bare prisma')
  console.log(`\nratio: Anneal's requests a second over the bare route's; through the same driver: ${ratio.toFixed(3)}`)
  writeResult('api', {
    target: TARGET,
    ratio,
    routes: servers.map(({ form, requestsPerSecond, p99Ms, peakBytes }) => ({
      form,
      requestsPerSecond,
      p99Ms,
      peakBytes,
    })),
  })
  if (ratio < TARGET) {
    console.error(`At least ${TARGET} is wanted.`)
    process.exitCode = 1
  }
} finally {
  for (const server of servers) await kill(server.process, 'SIGKILL')
  await service.stop()
}
