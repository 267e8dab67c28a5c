import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Report } from '../../src/evaluation/report.ts'
import type { Job } from '../../src/service/resources.ts'
import { openDashboard, type DashboardUnderTest } from '../helpers/dashboard.ts'

const LONG_NAME = 'a_very_long_class_name_that_somebody_took_from_a_file_path_without_any_break'.repeat(2)
const MANY_CLASSES = 200

let dashboard: DashboardUnderTest
let page: Page
let running: string
let wide: string
let many: string
let failed: string

beforeAll(async () => {
  dashboard = await openDashboard()
  page = dashboard.page
  for (let n = 1; n <= 55; n++) await submit(`filler ${n}`)
  const { store } = dashboard.service
  running = await submit('a running job')
  const claim = await claimed(running)
  await store.moveJob(running, claim, { from: ['starting'], to: 'running' })
  await store.recordJob(running, claim, {
    events: [],
    metrics: [1, 2, 3].map((step) => ({ key: 'train/loss', step, value: 3 / step })),
  })
  wide = await succeeded(`job ${LONG_NAME}`, report([LONG_NAME, `${LONG_NAME}b`, 'c']))
  many = await succeeded('many classes', report(Array.from({ length: MANY_CLASSES }, (_, i) => `species ${i}`)))
  failed = await submit('a failed job')
  const reason = { code: 'internal', fault: 'infra', retryable: false, detail: `Cannot read /${'x'.repeat(300)}.` }
  await store.moveJob(failed, await claimed(failed), {
    from: ['starting'],
    to: 'failed',
    reason: { ...reason, fault: 'infra' as const },
  })
})
afterAll(() => dashboard.close())
beforeEach(async () => {
  await page.unrouteAll()
  await page.setViewportSize({ width: 1280, height: 900 })
})

async function submit(name: string): Promise<string> {
  const response = await dashboard.service.app.inject({
    method: 'POST',
    url: '/v1/jobs',
    headers: dashboard.headers,
    payload: { dataset: dashboard.dataset, name, batchSize: 8, budget: { epochs: 1 } },
  })
  expect(response.statusCode, response.body).toBe(202)
  return response.json<Job>().id
}

async function claimed(id: string): Promise<number> {
  const claim = await dashboard.service.store.claimJob(id, 600_000)
  if (claim === undefined) throw new Error(`${id} cannot be claimed`)
  return claim.token
}

async function succeeded(name: string, of: Report): Promise<string> {
  const { store } = dashboard.service
  const id = await submit(name.slice(0, 200))
  const token = await claimed(id)
  await store.recordJob(id, token, { events: [], metrics: [], report: of })
  await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
  return id
}

/** A report whose classes are recognised the better the later they stand. */
function report(names: string[]): Report {
  const interval = [0, 1]
  const shot = { classes: 0, images: 0, accuracy: null, interval: null }
  return {
    split: 'test',
    weights: 'best',
    data: { dataset: 'd'.repeat(64), images: 'i'.repeat(64) },
    images: 10 * names.length,
    accuracy: 0.8,
    top5: 1,
    balancedAccuracy: 0.8,
    macroF1: 0.8,
    nll: 0.5,
    nllUncalibrated: 0.6,
    ece: 0.02,
    eceUncalibrated: 0.05,
    temperature: 1.2,
    intervals: {
      level: 0.95,
      resamples: 10,
      accuracy: interval,
      top5: interval,
      balancedAccuracy: interval,
      macroF1: interval,
      nll: interval,
      nllUncalibrated: interval,
      ece: interval,
      eceUncalibrated: interval,
    },
    shots: { many: shot, medium: shot, few: shot },
    classes: names.map((name, i) => ({
      name,
      images: 10,
      trainImages: 10,
      predicted: 10,
      recallInterval: interval,
      precision: i / names.length,
      recall: i / names.length,
      f1: i / names.length,
    })),
    confusion: names.map((_, label) => names.map((_, predicted) => (label === predicted ? 8 : label === 0 ? 1 : 0))),
    reliability: [],
    reliabilityUncalibrated: [],
    worst: [],
    confused: [],
    seconds: 1,
  }
}

const open = async (address: string): Promise<void> => {
  await page.goto('about:blank')
  await page.goto(`${dashboard.url}/#/${address}`)
}

const pageWidth = (): Promise<number> => page.evaluate('document.documentElement.scrollWidth')

describe('the pages of jobs', () => {
  it('list every job by pages, and by state', async () => {
    await open('')
    await page.getByRole('link', { name: 'a failed job' }).waitFor()
    expect(await page.locator('tbody tr').count()).toBe(50)
    await page.getByRole('button', { name: 'Older' }).click()
    await page.getByRole('link', { name: 'filler 1', exact: true }).waitFor()
    expect(await page.locator('tbody tr').count()).toBe(9)
    await page.getByRole('button', { name: 'Newer' }).click()
    await page.getByRole('link', { name: 'a failed job' }).waitFor()
    await page.getByLabel('state').selectOption('failed')
    await page.getByRole('button', { name: 'Older' }).waitFor({ state: 'detached' })
    expect(await page.locator('tbody tr').count()).toBe(1)
    await page.getByLabel('state').selectOption('paused')
    await page.getByText('No job is paused.').waitFor()
  })

  it('show a request that failed, keep what they showed, and try again by themselves', async () => {
    await open('')
    await page.getByRole('link', { name: 'a failed job' }).waitFor()
    let down = 3
    await page.route('**/v1/jobs', (route) => {
      if (down === 0) return route.continue()
      down--
      return down === 2 ? route.abort() : route.fulfill({ status: 503, json: { detail: 'The database is away.' } })
    })
    await page.getByRole('alert').getByText('The server cannot be reached.').waitFor()
    expect(await page.getByRole('link', { name: 'a failed job' }).count()).toBe(1)
    await page.getByRole('alert').getByText('The database is away.').waitFor()
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByRole('alert').waitFor({ state: 'hidden', timeout: 30_000 })
    expect(down).toBe(0)
  })

  it('say what a page that is not there lacks, with a way on', async () => {
    await open('jobs/job_00000000000000000000000000')
    await page.getByRole('heading', { name: 'This page cannot be shown' }).waitFor()
    await page.getByText('There is no job').waitFor()
    await page.getByRole('button', { name: 'To the jobs' }).click()
    await page.getByRole('heading', { name: 'Jobs' }).waitFor()
  })

  it('keep focus and selection while a running job is drawn again', async () => {
    await open(`jobs/${running}`)
    const pause = page.getByRole('button', { name: 'Pause' })
    await pause.focus()
    await page.evaluate(
      `getSelection().selectAllChildren([...document.querySelectorAll('pre')].find((pre) => pre.textContent !== ''))`,
    )
    for (let looks = 0; looks < 3; looks++)
      await page.waitForResponse((response) => response.url().endsWith(`/v1/jobs/${running}`))
    expect(await page.locator(':focus').innerText()).toBe('Pause')
    expect(await page.evaluate('String(getSelection()).length')).toBeGreaterThan(100)
    expect(await page.title()).toBe('a running job · running · Anneal')
  })

  it('ask before a job is stopped or canceled, and say what that does', async () => {
    await open(`jobs/${running}`)
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Ends the job without a report.').waitFor()
    await dialog.getByRole('button', { name: 'Keep it as it is' }).click()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await dialog.getByText('Ends training after the current step.').waitFor()
    await page.keyboard.press('Escape')
    const { state } = (await dashboard.service.store.job(await teamId(), running)) ?? {}
    expect(state).toBe('running')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('pausing', { exact: true }).first().waitFor()
  })

  it('show the weakest of many classes first, and the others on request', async () => {
    await open(`jobs/${many}`)
    await page.getByText(`The 30 weakest of ${MANY_CLASSES}.`).waitFor()
    const rows = page.locator('.card', { has: page.getByRole('heading', { name: 'Classes' }) }).locator('tbody tr')
    expect(await rows.count()).toBe(30)
    expect(await rows.first().innerText()).toMatch(/species 0\s/)
    expect(await page.evaluate<number>('document.documentElement.scrollHeight')).toBeLessThan(6000)
    await page.getByRole('button', { name: `Show all ${MANY_CLASSES}` }).click()
    expect(await rows.count()).toBe(MANY_CLASSES)
    await dashboard.screenshot('many-classes.png')
  })

  it('keep a confusion matrix of long names inside its card', async () => {
    await open(`jobs/${wide}`)
    const matrix = page.locator('.confusion')
    await matrix.waitFor()
    const card = page.locator('.card', { has: matrix })
    const [inner, outer] = [await matrix.boundingBox(), await card.boundingBox()]
    expect((inner?.x ?? 0) + (inner?.width ?? Infinity)).toBeLessThanOrEqual((outer?.x ?? 0) + (outer?.width ?? 0))
    await dashboard.screenshot('long-names.png')
  })

  it('fit a phone of 390 pixels', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    const pages = ['', `jobs/${running}`, `jobs/${wide}`, `jobs/${many}`, `jobs/${failed}`]
    for (const address of [...pages, 'sweeps', 'policies', 'augment', 'jobs/job_none']) {
      await open(address)
      await page.locator('h1').waitFor()
      await page.waitForLoadState('networkidle')
      expect(await pageWidth(), address).toBeLessThanOrEqual(390)
      await dashboard.screenshot(`phone-${address.replaceAll('/', '-') || 'jobs'}.png`)
    }
  })

  it('hand the key to a second tab, have an icon, and leave no error in the console', async () => {
    const second = await page.context().newPage()
    await second.goto(`${dashboard.url}/#/jobs/${many}`)
    await second.getByRole('heading', { name: 'many classes' }).waitFor()
    await second.close()
    const icon = await page.request.get(`${dashboard.url}/favicon.svg`)
    expect([icon.status(), icon.headers()['content-type']]).toEqual([200, 'image/svg+xml'])
    expect(dashboard.problems).toEqual([])
  })
})

async function teamId(): Promise<string> {
  const response = await dashboard.service.app.inject({ url: '/v1/team', headers: dashboard.headers })
  return response.json<{ id: string }>().id
}
