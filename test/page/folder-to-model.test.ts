import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChildProcess } from 'node:child_process'
import { Client } from '../../src/client/client.ts'
import { decodePredictions } from '../../src/evaluation/predictions.ts'
import type { Artifact } from '../../src/service/resources.ts'
import { classFolders } from '../helpers/archives.ts'
import { CHROMIUM } from '../helpers/chromium.ts'
import { inspect, signIn, SIZES, watched } from '../helpers/page.ts'
import {
  eventually,
  freePort,
  kill,
  roleEnvironment,
  startRole,
  startService,
  type ServiceUnderTest,
} from '../helpers/service.ts'

const SPEC = '{ "model": { "name": "resnet20", "width": 8 }, "batchSize": 16, "budget": { "epochs": 8 } }'

let service: ServiceUnderTest
let processes: ChildProcess[]
let browser: Browser
let page: Page
let client: Client
let folder: string
let problems: string[]

/** An API and a worker as processes, and a folder of images such as somebody has. */
beforeAll(async () => {
  service = await startService()
  const { secret } = await service.team()
  const port = await freePort()
  const environment = {
    ...roleEnvironment(service),
    ANNEAL_PORT: String(port),
  }
  processes = [startRole('api', environment), startRole('worker', environment)]
  const url = `http://127.0.0.1:${port}`
  client = new Client({ url, key: secret })
  await eventually(() => client.get('/v1/team'))
  folder = join(service.folder, 'four shapes')
  for (const [name, content] of Object.entries(classFolders(4, 60, { side: 24 }))) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
  page = await (await browser.newContext({ viewport: SIZES.desktop, reducedMotion: 'reduce' })).newPage()
  problems = watched(page)
  await page.goto(url)
  await signIn(page, secret)
})
afterAll(async () => {
  await browser.close()
  for (const child of processes) await kill(child, 'SIGKILL')
  await service.stop()
})

const heading = (name: string | RegExp, level = 1) => page.getByRole('heading', { level, name })

describe('from a folder to a model, on the page alone', () => {
  it('uploads the folder, and shows what was found in it', async () => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Data sets' }).click()
    await page.getByLabel('Choose a folder').setInputFiles(folder)
    await page.getByRole('button', { name: 'Upload', exact: true }).click()
    await page.getByRole('link', { name: 'four shapes' }).first().click({ timeout: 60_000 })
    await page.getByText('ready', { exact: true }).waitFor({ timeout: 60_000 })
    await heading('What was found', 2).waitFor()
    await page.getByText('240 images of 4 classes', { exact: false }).waitFor()
  })

  it('submits a job on it whose settings were checked first', async () => {
    await page.getByRole('link', { name: 'Train on this' }).click()
    await heading('New job').waitFor()
    await page.getByLabel('As JSON').fill(SPEC)
    await page.getByLabel('Name', { exact: false }).last().fill('four shapes')
    await page.getByRole('button', { name: 'Submit', exact: false }).first().click()
    await heading('four shapes').waitFor()
    expect(new URL(page.url()).pathname).toMatch(/^\/jobs\/job_/)
  })

  it('follows it to its end with live curves', async () => {
    await page.locator('canvas').first().waitFor({ timeout: 60_000 })
    await page.getByRole('status').getByText('succeeded', { exact: true }).waitFor({ timeout: 180_000 })
    await expect.poll(() => page.title()).toBe('four shapes · succeeded – Anneal')
    await inspect(page, 'walk-curves')
    await page.setViewportSize(SIZES.desktop)
  })

  it('shows how good the model is, and opens the report', async () => {
    await page.getByRole('tab', { name: 'Report' }).click()
    await heading('Confusion matrix', 2).waitFor()
    await inspect(page, 'walk-report')
    await page.setViewportSize(SIZES.desktop)
    const id = new URL(page.url()).pathname.split('/').at(-1)
    const { data } = await client.get<{ data: Artifact[] }>(`/v1/jobs/${id}/artifacts`)
    expect(data.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['predictions', 'report']))
    const chunks: Buffer[] = []
    for await (const chunk of await client.download(`/v1/jobs/${id}/artifacts/predictions`))
      chunks.push(chunk as Buffer)
    const { labels, classes } = decodePredictions(Buffer.concat(chunks), 'the artifact')
    expect([labels.length, classes.length]).toEqual([24, 4])
  })

  it('explains mistakes or says that there are none, and answers an image', async () => {
    await page.getByRole('tab', { name: 'Mistakes' }).click()
    await page
      .getByRole('tabpanel')
      .getByText(/confiden|no mistake|right/i)
      .first()
      .waitFor({ timeout: 60_000 })
    await page.getByRole('tab', { name: 'Model' }).click()
    await heading('Try an image', 2).waitFor()
    await page.getByLabel('Choose images').setInputFiles(join(folder, 'class2/0.png'))
    await page.getByText('class2').first().waitFor({ timeout: 120_000 })
  })
})

it('has met no error of the page', () => {
  expect(problems).toEqual([])
})
