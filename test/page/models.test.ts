import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PredictionBatch } from '../../src/service/prediction-resources.ts'
import type { Job, Page } from '../../src/service/resources.ts'
import { classFolders, png, writeZip } from '../helpers/archives.ts'
import { writeTestCheckpoint } from '../helpers/checkpoint-file.ts'
import { openPage, type PageUnderTest } from '../helpers/page.ts'

let page: PageUnderTest
beforeAll(async () => {
  page = await openPage()
})
afterAll(() => page.close())

const CLASSES = ['class0', 'class1', 'class2']
const IMAGE = { name: 'cat.png', mimeType: 'image/png', buffer: png(5, 24) }

/** A job that has succeeded, with a checkpoint and a report. */
async function trained(name: string): Promise<{ job: string; checkpoint: string }> {
  const { service, headers, dataset } = page
  const { store, services, app, folder } = service
  const payload = { dataset, name, batchSize: 8, seed: name.length }
  const { id } = (await app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })).json<Job>()
  const { token = 0 } = (await store.claimJob(id, 60_000)) ?? {}
  const file = await writeTestCheckpoint(join(folder, `${id}.safetensors`), { classes: CLASSES })
  const blobKey = `checkpoints/${id}/best`
  await services.blobs.copyIn(blobKey, file.path)
  const perClass = { images: 4, trainImages: 8, predicted: 4, precision: 1, recall: 0.25, f1: 0.4 }
  const scores = { accuracy: 0.75, top5: 1, balancedAccuracy: 0.75, macroF1: 0.7, nll: 0.5, nllUncalibrated: 0.6 }
  await store.recordJob(id, token, {
    events: [{ type: 'started', data: { engine: 'torch', device: 'cpu', codeVersion: '9.9.9' } }],
    metrics: [],
    report: {
      ...scores,
      ece: 0.02,
      eceUncalibrated: 0.09,
      temperature: 1.5,
      weights: 'best',
      split: 'test',
      images: 6,
      classes: CLASSES.map((label) => ({ ...perClass, recallInterval: [0, 1], name: label })),
      worst: [],
    },
    checkpoint: {
      kind: 'best',
      step: 7,
      blobKey,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      metrics: { 'val/accuracy': 0.5 },
    },
  })
  await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
  return { job: id, checkpoint: (await store.checkpoints(id))[0]!.id }
}

it('has no model at first, and says where they come from', async () => {
  await page.open('/models')
  await page.page.getByText('No model is registered yet.').waitFor()
  await page.inspect('models-empty')
})

it('makes a model, registers a version of a job, and points an alias at it', async () => {
  const ui = page.page
  await trained('first run')
  await page.open('/models')
  await ui.getByRole('button', { name: 'New model…' }).click()
  await ui.getByLabel('Name').fill('flowers')
  await ui.getByLabel('Description (optional)').fill('Which flower it is.')
  await ui.getByRole('button', { name: 'Make the model' }).click()
  await ui.getByRole('heading', { level: 1, name: 'flowers' }).waitFor()
  await ui.getByRole('button', { name: 'Register a version…' }).click()
  await ui.getByLabel('Checkpoint').selectOption({ label: 'best, step 7' })
  await page.inspect('model-register')
  await ui.getByRole('button', { name: 'Register', exact: true }).click()
  await ui.getByRole('link', { name: 'Version 1' }).click()
  await ui.getByRole('heading', { name: 'What version 1 was made of' }).waitFor()
  await ui.getByRole('button', { name: 'Alias for version 1' }).click()
  await ui.getByLabel('Why').fill('the first')
  await ui.getByRole('button', { name: 'Point it here' }).click()
  await ui.getByText('champion: version 1').waitFor()
  await ui.getByRole('cell', { name: '0.75' }).first().waitFor()
  await page.inspect('model-versions')
  await ui.getByRole('tab', { name: 'Aliases' }).click()
  await ui.getByRole('cell', { name: 'the first' }).waitFor()
  await page.inspect('model-aliases')
})

it('shows the model card, with what the team says', async () => {
  const ui = page.page
  await page.open('/models/flowers?tab=card')
  await ui.getByRole('heading', { name: 'Intended use' }).waitFor()
  await ui.getByRole('button', { name: 'Edit what the team says…' }).click()
  await ui.getByLabel('Intended use').fill('Sorting photos of *a garden*.')
  await ui.getByRole('button', { name: 'Save' }).click()
  await ui.getByText('Sorting photos of').waitFor()
  await page.inspect('model-card')
})

it('predicts images that are chosen, waits while the predictor starts, and shows where it looks', async () => {
  const ui = page.page
  await page.open('/models/flowers?tab=try')
  let refusals = 2
  await ui.route('**/predict?*', async (route) => {
    if (refusals-- > 0)
      await route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          code: 'unavailable',
          status: 503,
          detail: 'The predictor is starting.',
          retryable: true,
        }),
      })
    else await route.continue()
  })
  await ui.getByLabel('Choose images').setInputFiles([IMAGE, { ...IMAGE, name: 'a second.png', buffer: png(9, 24) }])
  const article = ui.getByRole('article', { name: 'cat.png' })
  await article.getByRole('img', { name: 'cat.png' }).waitFor()
  await ui
    .getByText(/predictor is starting; the image is predicted/)
    .first()
    .waitFor()
  await article.getByRole('list', { name: 'Probabilities, calibrated' }).waitFor()
  await article.getByRole('img', { name: /Where it supports/ }).waitFor()
  await article.getByRole('button', { name: /class0/ }).click()
  await article.getByRole('img', { name: 'Where it supports class0' }).waitFor()
  await ui.getByLabel('Language').selectOption('Python')
  await ui.getByText('client.models.predict("flowers:1"').waitFor()
  await page.inspect('model-try')
})

it('exports a model, and says what the precision costs', async () => {
  const ui = page.page
  await page.open('/models/flowers?tab=exports')
  await ui.getByLabel('Precision of the weights').selectOption('uint8')
  await ui.getByText('25.00 % (50.00 % before)').waitFor()
  const [download] = await Promise.all([
    ui.waitForEvent('download'),
    ui.getByRole('link', { name: 'Download model.onnx' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/onnx$/)
  await page.inspect('model-exports')
})

it('predicts a data set in a batch, shows how far it is, and the result', async () => {
  const ui = page.page
  await page.open('/models/flowers')
  await ui.getByRole('link', { name: 'Predict many images' }).click()
  await ui.getByLabel('Data set', { exact: true }).selectOption({ label: 'shapes (version 1)' })
  await page.inspect('prediction-new')
  await ui.getByRole('button', { name: 'Predict', exact: true }).click()
  await ui.getByText('A worker begins as soon as one is free.').waitFor()
  await page.inspect('prediction-queued')
  await page.open('/predictions')
  await ui.getByRole('cell', { name: /flowers:1 \(champion\)/ }).waitFor()
  await page.inspect('predictions')
  const response = await page.service.app.inject({ url: '/v1/predictions', headers: page.headers })
  const [batch] = response.json<Page<PredictionBatch>>().data
  await page.open(`/predictions/${batch!.id}`)
  await ui.getByRole('button', { name: 'Give up…' }).click()
  await ui.getByRole('button', { name: 'Give up', exact: true }).click()
  await ui.getByText('Nothing has been predicted in a batch yet.').waitFor()
})

it('predicts an archive on this computer in a batch, whose images become no data set', async () => {
  const ui = page.page
  const zip = await writeZip(join(page.service.folder, 'new ones.zip'), classFolders(2, 3))
  await page.open('/predictions?model=flowers')
  await ui.getByLabel('Predict', { exact: true }).selectOption({ label: 'images on this computer' })
  expect(await ui.getByRole('button', { name: 'Predict', exact: true }).isDisabled()).toBe(true)
  await ui.getByLabel('Choose an archive').setInputFiles(zip)
  await ui.getByText('new ones: 1 file').waitFor()
  await page.inspect('prediction-new-files')
  await ui.getByLabel('Model or checkpoint').fill('flowers@nobody')
  await ui.getByRole('button', { name: 'Predict', exact: true }).click()
  await ui
    .getByRole('alert')
    .getByText(/nobody/)
    .waitFor()
  let uploads = 0
  ui.on(
    'request',
    (request) => (uploads += request.method() === 'POST' && request.url().endsWith('/v1/uploads') ? 1 : 0),
  )
  await ui.getByLabel('Model or checkpoint').fill('flowers')
  await ui.getByRole('button', { name: 'Predict', exact: true }).click()
  await ui.getByText('A worker begins as soon as one is free.').waitFor()
  await ui.getByText('an upload', { exact: true }).waitFor()
  // What was sent before the refusal is not sent once more.
  expect(uploads).toBe(0)
  const response = await page.service.app.inject({ url: '/v1/predictions', headers: page.headers })
  expect(response.json<Page<PredictionBatch>>().data[0]).toMatchObject({
    dataset: null,
    format: 'csv',
    state: 'queued',
  })
})

it('removes an alias and deletes the model', async () => {
  const ui = page.page
  await page.open('/models/flowers?tab=aliases')
  await ui.getByRole('button', { name: 'Remove champion' }).click()
  await ui.getByRole('button', { name: 'Remove', exact: true }).click()
  await ui.getByText('There are none.').waitFor()
  await ui.getByRole('button', { name: 'More' }).click()
  await ui.getByRole('menuitem', { name: 'Delete…' }).click()
  await ui.getByRole('button', { name: 'Delete', exact: true }).click()
  await ui.getByText('No model is registered yet.').waitFor()
})

it('has had nothing that it did not catch', () => {
  expect(page.problems).toEqual([])
})
