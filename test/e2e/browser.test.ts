import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChildProcess } from 'node:child_process'
import { Client } from '../../src/client/client.ts'
import { decodePredictions } from '../../src/evaluation/predictions.ts'
import type { Artifact, Dataset, Job } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { CHROMIUM } from '../helpers/chromium.ts'
import { eventually, freePort, kill, startRole, startService, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let processes: ChildProcess[]
let browser: Browser
let page: Page
let url: string
let secret: string
let job: Job

beforeAll(async () => {
  service = await startService()
  secret = (await service.team()).secret
  const port = await freePort()
  const environment = {
    DATABASE_URL: service.database.applicationUrl,
    ANNEAL_WORKER_DATABASE_URL: service.database.workerUrl,
    REDIS_URL: service.redis.url,
    ANNEAL_HOME: service.folder,
    ANNEAL_PORT: String(port),
    BLOB_URL: pathToFileURL(join(service.folder, 'blobs')).href,
  }
  processes = [startRole('api', environment), startRole('worker', environment)]
  url = `http://127.0.0.1:${port}`
  const client = new Client({ url, key: secret })
  await eventually(() => client.get('/v1/team'))
  const zip = await writeZip(join(service.folder, 'data.zip'), classFolders(4, 60))
  const { id } = await client.upload<Dataset>(zip, { name: 'shapes' })
  await eventually(async () => ((await client.get<Dataset>(`/v1/datasets/${id}`)).state === 'ready' ? true : undefined))
  job = await client.post<Job>('/v1/jobs', {
    dataset: id,
    name: 'four shapes',
    batchSize: 16,
    budget: { epochs: 8 },
    model: { name: 'resnet20', width: 8 },
  })
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage()
})
afterAll(async () => {
  await browser.close()
  for (const child of processes) await kill(child, 'SIGKILL')
  await service.stop()
})

describe('the dashboard', () => {
  it('asks for a key, and says so when it is wrong', async () => {
    await page.goto(url)
    await page.getByLabel('API key').fill('ak_wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The API key is not known.').waitFor()
    await page.getByLabel('API key').fill(secret)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Jobs' }).waitFor()
  })

  it('lists jobs and opens one with live curves', async () => {
    await page.getByRole('link', { name: 'four shapes' }).click()
    await page.getByRole('heading', { name: 'four shapes' }).waitFor()
    await page.locator('canvas').first().waitFor()
    expect(await page.locator('canvas').count()).toBe(2)
  })

  it('shows accuracy, confusion matrix, classes, checkpoints and the spec once the job has succeeded', async () => {
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 120_000 })
    await page.getByRole('heading', { name: 'Confusion matrix' }).waitFor()
    expect(await page.locator('.confusion tbody tr').count()).toBe(4)
    expect(await page.getByText('class3').count()).toBeGreaterThan(1)
    expect(await page.getByRole('button', { name: 'Download' }).count()).toBe(2)
    expect(await page.locator('pre').textContent()).toContain('"resnet20"')
    expect(await page.getByText('running → finalizing').count()).toBe(1)
    const shots = new URL('../../build/screenshots/', import.meta.url)
    await mkdir(shots, { recursive: true })
    await page.screenshot({ path: new URL('job.png', shots).pathname, fullPage: true })
  })

  it('has a job whose predictions the worker kept', async () => {
    const client = new Client({ url, key: secret })
    const { data } = await client.get<{ data: Artifact[] }>(`/v1/jobs/${job.id}/artifacts`)
    expect(data.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['predictions', 'report']))
    const chunks: Buffer[] = []
    for await (const chunk of await client.download(`/v1/jobs/${job.id}/artifacts/predictions`))
      chunks.push(chunk as Buffer)
    const { labels, classes } = decodePredictions(Buffer.concat(chunks), 'the artifact')
    expect([labels.length, classes.length]).toEqual([24, 4])
  })

  it('opens the report, which needs no script and shows pictures, curves and the confusion matrix', async () => {
    const [report] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Open the report' }).click(),
    ])
    await report.waitForURL(/#\/jobs\/\w+\/report$/)
    const frame = report.frameLocator('iframe[sandbox=""]')
    await frame.getByRole('heading', { name: 'four shapes' }).waitFor()
    for (const name of ['Training', 'Calibration', 'Classes', 'Confusion matrix', 'Class histogram', 'Spec'])
      expect(await frame.getByRole('heading', { name, exact: true }).count(), name).toBe(1)
    expect(await frame.locator('svg').count()).toBeGreaterThan(5)
    await report.close()
  })

  it('goes back to the sign-in on request, and forgets the key', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
    expect(
      await page.evaluate(
        () => (globalThis as unknown as { sessionStorage: { length: number } }).sessionStorage.length,
      ),
    ).toBe(0)
  })

  it('reports no error to the console', async () => {
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.evaluate((key) => {
      ;(
        globalThis as unknown as { sessionStorage: { setItem(name: string, value: string): void } }
      ).sessionStorage.setItem('anneal-key', key)
    }, secret)
    await page.goto(`${url}/#/jobs/${job.id}`)
    await page.reload()
    await page.getByRole('heading', { name: 'Confusion matrix' }).waitFor()
    expect(errors).toEqual([])
  })
})
