import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { encode } from 'fast-png'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodeSuggestions } from '../../src/evaluation/suggestions.ts'
import type { Dataset, DatasetItem, DatasetVersion, Job, Page } from '../../src/service/resources.ts'
import { runIngest } from '../../src/worker/run-ingest.ts'
import { classFolders, png, writeFolder, writeZip, type Files } from '../helpers/archives.ts'
import { openPage, type PageUnderTest } from '../helpers/page.ts'

let page: PageUnderTest
beforeAll(async () => {
  page = await openPage()
})
afterAll(() => page.close())

/** Lets a worker read what waits. */
async function work(): Promise<void> {
  const { store, services, folder, files } = page.service
  for (;;) {
    const claim = await store.claimNextDataset(30_000)
    if (claim === undefined) return
    await runIngest(claim, {
      store,
      blobs: services.blobs,
      files,
      log: pino({ level: 'silent' }),
      workDir: join(folder, 'work'),
      leaseMs: 30_000,
      logs: { maxBytes: 1_000_000, secrets: [] },
      limits: { environment: { PATH: process.env['PATH'] ?? '' }, memoryBytes: 2e9, baseSeconds: 60 },
      stop: new AbortController().signal,
    })
  }
}

const got = async <T>(path: string): Promise<T> =>
  (await page.service.app.inject({ url: `/v1${path}`, headers: page.headers })).json<T>()

const newest = async (): Promise<Dataset> => (await got<Page<Dataset>>('/datasets?limit=1')).data[0]!
const heading = (name: string) => page.page.getByRole('heading', { level: 1, name })

it('uploads an archive, shows that it is read, and then what was found', async () => {
  const ui = page.page
  const files = classFolders(3, 20)
  const zip = await writeZip(join(page.service.folder, 'flowers.zip'), {
    ...files,
    'class0/again.png': files['class0/0.png']!,
    'class1/broken.png': Buffer.from('no image at all, only text'),
    'notes.txt': Buffer.from('hello'),
  })
  await page.open('/datasets')
  await ui.getByLabel('Choose an archive').setInputFiles(zip)
  await ui.getByLabel('Name', { exact: true }).fill('Blumen 花')
  await ui.getByText('How it is read').click()
  await page.inspect('datasets-upload')
  await ui.getByRole('button', { name: 'Upload', exact: true }).click()
  await ui.getByRole('link', { name: 'Open the data set' }).click()
  await heading('Blumen 花').waitFor()
  await ui.getByText('A worker begins as soon as one is free').waitFor()
  await work()
  await ui.getByRole('heading', { name: 'What was found' }).waitFor()
  await ui.getByText(/could not be used/).waitFor()
  await ui.getByRole('group', { name: 'Images per class' }).getByText('class2').waitFor()
  await page.inspect('dataset-overview')
})

it('shows the first of many warnings, and all on request', async () => {
  const ui = page.page
  const plain = (side: number) =>
    Buffer.from(encode({ width: side, height: side, data: new Uint8Array(side * side), channels: 1 }))
  const files: Files = classFolders(12, 4)
  for (let i = 0; i < 12; i++) files[`class${i}/0.png`] = plain(12 + i)
  const zip = await readFile(await writeZip(join(page.service.folder, 'plain.zip'), files))
  const { id } = await page.service.readyDataset(page.headers, zip)
  await page.open(`/datasets/${id}`)
  const warnings = ui.getByRole('list', { name: 'Warnings' }).getByRole('listitem')
  await expect.poll(() => warnings.count()).toBe(8)
  await ui.getByRole('button', { name: /^Show all \d+ warnings$/ }).click()
  await expect.poll(() => warnings.count()).toBeGreaterThanOrEqual(12)
  await page.inspect('dataset-warnings')
})

it('uploads a folder with its paths, and lists data sets by name and state', async () => {
  const ui = page.page
  const folder = join(page.service.folder, 'leaves')
  await writeFolder(folder, classFolders(2, 12))
  await page.open('/datasets')
  await ui.getByLabel('Choose a folder').setInputFiles(folder)
  await ui.getByRole('button', { name: 'Upload', exact: true }).click()
  await ui.getByRole('link', { name: 'Open the data set' }).first().waitFor()
  await work()
  const { id, name } = await newest()
  expect(name).toBe('leaves')
  expect(await got<Dataset>(`/datasets/${id}`)).toMatchObject({ state: 'ready', classes: ['class0', 'class1'] })
  await ui.getByLabel('Name begins with').fill('lea')
  await ui.getByRole('cell', { name: 'shapes' }).waitFor({ state: 'detached' })
  await ui.getByRole('link', { name: 'leaves', exact: true }).waitFor()
  expect(ui.url()).toContain('name=lea')
  await page.inspect('datasets')
})

it('pauses an upload, and resumes it after the page was reloaded', async () => {
  const ui = page.page
  const path = join(page.service.folder, 'large.zip')
  await writeFile(path, Buffer.alloc(20_000_000, 7))
  const offsets: string[] = []
  let isSlow = true
  await ui.route('**/v1/uploads/*', async (route) => {
    const request = route.request()
    const offset = request.headers()['upload-offset']
    if (request.method() === 'PATCH' && offset !== undefined) {
      offsets.push(offset)
      // The second piece is never answered.
      if (isSlow && offset !== '0') return
    }
    await route.continue()
  })
  await page.open('/datasets')
  await ui.getByLabel('Choose an archive').setInputFiles(path)
  await ui.getByRole('button', { name: 'Upload', exact: true }).click()
  await expect.poll(() => offsets.length, { timeout: 20_000 }).toBe(2)
  await ui.getByRole('button', { name: 'Pause' }).click()
  await ui.getByText('paused').waitFor()
  isSlow = false
  await page.open('/datasets')
  await ui.getByRole('heading', { name: 'Unfinished uploads' }).waitFor()
  await page.inspect('datasets-unfinished')
  await ui.getByLabel('Choose an archive').setInputFiles(path)
  await ui.getByRole('button', { name: 'Upload', exact: true }).click()
  await ui.getByRole('link', { name: 'Open the data set' }).waitFor()
  expect(offsets.filter((offset) => offset === '0')).toHaveLength(1)
  await work()
  await ui.getByRole('link', { name: 'Open the data set' }).click()
  await ui.getByRole('heading', { name: 'The data set cannot be used' }).waitFor()
  await page.inspect('dataset-failed')
  await ui.unroute('**/v1/uploads/*')
})

it('says in the words of the service why an upload is refused', async () => {
  const ui = page.page
  await page.open('/datasets')
  await ui.getByRole('button', { name: 'Import from an address' }).click()
  await ui.getByRole('textbox', { name: 'Address' }).fill('ftp://example.com/x.zip')
  await ui.getByRole('button', { name: 'Import', exact: true }).click()
  await ui.getByRole('alert').getByText(/https/).first().waitFor()
})

it('looks at images, gathers changes, and makes a version of them', async () => {
  const ui = page.page
  const id = page.dataset
  await page.open(`/datasets/${id}?tab=images`)
  const cells = ui.getByRole('group', { name: 'Images', exact: true }).getByRole('button')
  await cells.first().waitFor()
  await ui.getByLabel('Split').selectOption('val')
  await ui.getByLabel('Class', { exact: true }).selectOption('class1')
  const { data } = await got<Page<DatasetItem>>(`/datasets/${id}/items?split=val&class=class1`)
  await ui
    .getByText(data[0]!.file)
    .waitFor({ state: 'detached' })
    .catch(() => undefined)
  await expect.poll(() => cells.count()).toBe(data.length)
  await page.inspect('dataset-images')

  await cells.first().click()
  const dialog = ui.getByRole('dialog')
  await dialog.getByText(/12 × 12 pixels/).waitFor()
  await page.inspect('dataset-image')
  await dialog.getByLabel('Another class').fill('class2')
  await dialog.getByRole('button', { name: 'Relabel' }).click()
  await ui.keyboard.press('Escape')
  await ui.getByText('1 image relabelled: not applied yet.').waitFor()

  await ui.getByLabel('Split').selectOption('train')
  await expect.poll(() => cells.count()).toBeGreaterThan(data.length)
  await cells.first().click()
  await ui.keyboard.press('ArrowRight')
  await dialog.getByText(/^2 of /).waitFor()
  await ui.keyboard.press('Escape')
  await ui.getByRole('checkbox').first().check()
  await ui.getByRole('checkbox').nth(1).check()
  await ui.getByText('2 images chosen').waitFor()
  await ui.getByRole('button', { name: 'Remove', exact: true }).click()
  await ui.getByText('2 images removed, 1 relabelled: not applied yet.').waitFor()
  await ui.getByRole('button', { name: 'Review and apply' }).click()
  await page.inspect('dataset-changes')
  await ui.getByRole('button', { name: 'Make the version' }).click()
  await ui.getByRole('table', { name: 'Versions of the data set' }).waitFor()
  await work()
  await ui.getByRole('cell', { name: /2 removed, 1 relabelled/ }).waitFor()
  await ui.getByRole('link', { name: '1 → 2' }).click()
  await ui.getByText('class1 → class2, validation').waitFor()
  await page.inspect('dataset-versions')
  const { data: versions } = await got<Page<DatasetVersion>>(`/datasets/${id}/versions`)
  expect(versions[0]?.changed).toEqual({ appended: 0, removed: 2, relabelled: 1, moved: 0 })
})

it('appends images of a class to a data set', async () => {
  const ui = page.page
  await page.open(`/datasets/${page.dataset}?tab=versions`)
  await ui.getByLabel('Choose images').setInputFiles([{ name: 'new.png', mimeType: 'image/png', buffer: png(4711) }])
  await ui.getByLabel('Class of these images').fill('class3')
  await ui.getByRole('button', { name: 'Append: make a version' }).click()
  await ui.getByText('Images to append').waitFor({ state: 'detached' })
  await expect
    .poll(async () => (await got<Page<DatasetVersion>>(`/datasets/${page.dataset}/versions`)).data.length)
    .toBe(3)
  await work()
  await ui.getByRole('cell', { name: /of version 2: 1 appended/ }).waitFor()
})

it('accepts suggestions of a job', async () => {
  const ui = page.page
  const { service, headers, dataset } = page
  const { store, services } = service
  const payload = { dataset: `${dataset}@1`, name: 'judge' }
  const { id } = (await service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })).json<Job>()
  const token = (await store.claimJob(id, 60_000))?.token ?? 0
  const [item] = (await got<Page<DatasetItem>>(`/datasets/${dataset}@3/items?split=test&limit=1`)).data
  const content = encodeSuggestions({
    dataset: 'hash',
    covers: { train: 0, val: 4, test: 4 },
    found: { label: 1, outlier: 0 },
    notes: ['The model is often wrong.'],
    suggestions: [
      {
        number: 1,
        kind: 'label',
        split: 'test',
        index: 0,
        item: item?.item ?? 0,
        file: item?.file ?? '',
        label: item?.class ?? '',
        suggested: 'class2',
        probability: 0.01,
        suggestedProbability: 0.97,
        score: 0.99,
        reason: 'Another class is far more probable.',
      },
    ],
  })
  const artifact = {
    kind: 'suggestions',
    blobKey: `artifacts/${id}`,
    fileName: 'suggestions.json',
    contentType: 'application/json',
    sizeBytes: content.byteLength,
    sha256: 'x',
  }
  await services.blobs.write(artifact.blobKey, Readable.from([content]))
  await store.recordJob(id, token, { events: [], metrics: [], artifact })
  await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
  await page.open(`/datasets/${dataset}?tab=suspicious`)
  await ui.getByText('1 likely label error and 0 outliers').waitFor()
  await ui.getByRole('checkbox').check()
  await page.inspect('dataset-suspicious')
  await ui.getByRole('button', { name: 'Accept: make a version' }).click()
  await ui.getByRole('table', { name: 'Versions of the data set' }).waitFor()
  await work()
  await ui.getByRole('cell', { name: /of version 3: 1 relabelled/ }).waitFor()
})

it('renames a data set, says who uses it, and deletes it', async () => {
  const ui = page.page
  await page.open(`/datasets/${page.dataset}`)
  await ui.getByRole('button', { name: 'More' }).click()
  await ui.getByRole('menuitem', { name: 'Rename…' }).click()
  await ui.getByLabel('Name', { exact: true }).fill('forms')
  await ui.getByRole('button', { name: 'Rename', exact: true }).click()
  await heading('forms').waitFor()
  await ui.getByRole('button', { name: 'More' }).click()
  await ui.getByRole('menuitem', { name: 'Delete…' }).click()
  await ui.getByRole('dialog').getByText('judge').waitFor()
  await page.inspect('dataset-delete')
  await ui.getByRole('button', { name: 'Delete', exact: true }).click()
  await heading('Data sets').waitFor()
  await ui.getByRole('link', { name: 'forms' }).waitFor({ state: 'detached' })
})

it('has had nothing that it did not catch', () => {
  expect(page.problems).toEqual([])
})
