import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium, type Browser } from 'playwright-core'
import { CHROMIUM } from '../test/helpers/chromium.ts'
import { startService } from '../test/helpers/service.ts'
import { signIn } from '../test/helpers/page.ts'
import { figuresOf, type Figures, type TraceEvent } from './page/trace.ts'
import { fill } from './service/filled.ts'
import { printHeading, printTable, writeResult } from './report.ts'
import { median } from './statistics.ts'

const PATHS = ['/jobs', '/datasets', '/new-job', '/models', '/sweeps', '/team']
/** `toplevel` has the tasks of every thread, and fills the buffer of the trace within seconds. */
const CATEGORIES = ['devtools.timeline', 'loading', 'blink.user_timing', 'toplevel', '__metadata']
const TRACED_MS = 2000
const WANTED_MS = 1000

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, jobs: { type: 'string', default: '10000' } },
})
const rounds = Number(options.rounds)
const jobs = Number(options.jobs)

printHeading(
  'First view of the page, as Chromium’s tracing has it',
  `a team with ${jobs} jobs, ${rounds} rounds, an empty cache each time, the service on the same machine`,
)
const service = await startService({ web: fileURLToPath(new URL('../../dist/web', import.meta.url)) })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
try {
  const url = await service.app.listen({ port: 0, host: '127.0.0.1' })
  const { id: teamId, secret } = await service.team()
  await fill(service, { teamId, jobs, metricValues: 100_000 })
  const storage = await signedIn(browser, url, secret)
  const found = new Map<string, Figures[]>()
  for (let round = 0; round < rounds; round++)
    for (const path of PATHS) found.set(path, [...(found.get(path) ?? []), await visit(browser, url + path, storage)])
  const table = [...found].map(([path, figures]) => {
    const of = (key: keyof Figures): number => median(figures.map((each) => each[key]))
    return {
      path,
      'first contentful paint ms': of('firstContentfulPaintMs').toFixed(0),
      'largest contentful paint ms': of('largestContentfulPaintMs').toFixed(0),
      'total blocking ms': of('totalBlockingMs').toFixed(0),
      'layout shift': of('layoutShift').toFixed(3),
      'transferred kB': (of('transferredBytes') / 1000).toFixed(0),
    }
  })
  printTable(table)
  console.log(`\nwanted: the first view within ${WANTED_MS} ms`)
  writeResult('page', { rounds, jobs, table })
} finally {
  await browser.close()
  await service.stop()
}

type Storage = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>

async function signedIn(from: Browser, url: string, secret: string): Promise<Storage> {
  const context = await from.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await signIn(page, secret)
  const storage = await context.storageState()
  await context.close()
  return storage
}

async function visit(from: Browser, address: string, storageState: Storage): Promise<Figures> {
  const context = await from.newContext({ storageState, viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  let transferredBytes = 0
  page.on('requestfinished', (request) => {
    void request.sizes().then(({ responseBodySize, responseHeadersSize }) => {
      transferredBytes += responseBodySize + responseHeadersSize
    })
  })
  // A process of the same origin, which is traced from the start, and has loaded nothing of the page.
  await page.goto(new URL('/livez', address).href)
  await from.startTracing(page, { categories: CATEGORIES })
  await page.goto(address)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForTimeout(TRACED_MS)
  const trace = JSON.parse((await from.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] }
  await context.close()
  return { ...figuresOf(trace.traceEvents, address), transferredBytes }
}
