// Takes the pictures of the README and docs/: a service on a folder of its own trains small jobs, and Chromium opens their pages.
// `npm run screenshots`, after `make test` has set everything up; a few minutes.
import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { connect } from '../dist/bin/connect.js'
import { followJob } from '../dist/bin/follow-job.js'
import { uploadAndWait } from '../dist/bin/upload-and-wait.js'
import { readCredentials } from '../dist/bin/credentials.js'
import { writeFashionMnistZip } from './demo/fashion-mnist.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const home = mkdtempSync(join(tmpdir(), 'anneal-screenshots-'))
const PORT = '8099'
const SPEC = {
  model: 'resnet20',
  augment: [{ name: 'random-crop', padding: 2 }, 'horizontal-flip'],
  batchSize: 64,
  budget: { epochs: 12 },
}
const VIEWPORT = { width: 1280, height: 900 }
const MAX_HEIGHT = 1300
const MARGIN = 16
const REST_MS = 3000

process.env.ANNEAL_HOME = home
const service = fork(join(root, 'dist/bin/anneal.js'), ['serve'], {
  env: { ...process.env, ANNEAL_PORT: PORT, ANNEAL_LOG_LEVEL: 'warn' },
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
})
const ended = new Promise((done) => service.once('exit', done))
await new Promise((ready, fail) => {
  service.stdout.once('data', ready)
  service.once('exit', () => fail(new Error('the service did not start')))
})

/** Trains what the pages show: two jobs on one data set, and a sweep. */
async function train() {
  const archive = join(home, 'fashion-mnist.zip')
  await writeFashionMnistZip(archive, () => {}, { train: 6000, test: 1000 })
  const client = await connect()
  const dataset = await uploadAndWait(client, archive, { name: 'Fashion-MNIST, 7,000 images' })
  const submit = (name, spec) => client.post('/v1/jobs', { ...SPEC, ...spec, name, dataset: dataset.id })
  const jobs = [
    await submit('width 4', { model: { name: 'resnet20', width: 4 } }),
    await submit('width 8', { model: { name: 'resnet20', width: 8 } }),
  ]
  for (const { id } of jobs) await followJob(client, id)
  const { id: sweep } = await client.post('/v1/sweeps', {
    name: 'learning rate and width',
    dataset: dataset.id,
    kind: 'random',
    trials: 6,
    space: {
      '/schedule/learningRate': { min: 0.005, max: 0.5, scale: 'log' },
      '/model/width': { values: [4, 8] },
    },
    spec: { ...SPEC, budget: { epochs: 1 } },
  })
  while ((await client.get(`/v1/sweeps/${sweep}`)).state === 'running') await setTimeout(1000)
  return { jobs: jobs.map(({ id }) => id), sweep }
}

/** Height in pixels down to the last card, or row of images, that fits into a picture. */
async function heightOf(page) {
  const boxes = await Promise.all((await page.locator('.card, figure').all()).map((part) => part.boundingBox()))
  const bottoms = boxes.map((box) => (box ? box.y + box.height : 0))
  return Math.ceil(Math.max(...bottoms.filter((bottom) => bottom < MAX_HEIGHT))) + MARGIN
}

/** Opens a page of the dashboard, waits until it has come to rest, and saves it. */
async function shoot(page, hash, path, prepare = async () => {}) {
  await page.goto('about:blank')
  await page.goto(`http://127.0.0.1:${PORT}/#/${hash}`)
  await page.locator('.card').first().waitFor()
  await prepare()
  do await setTimeout(REST_MS)
  while (!(await page.locator('img').evaluateAll((images) => images.every((image) => image.complete))))
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  const clip = { x: 0, y: 0, width: VIEWPORT.width, height: await heightOf(page) }
  await page.screenshot({ path: file, fullPage: true, clip })
  console.log(path)
}

try {
  const { jobs, sweep } = await train()
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  const page = await browser.newPage({ viewport: VIEWPORT })
  const { key } = await readCredentials(home)
  await page.goto(`http://127.0.0.1:${PORT}/`)
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Jobs' }).waitFor()
  await shoot(page, `jobs/${jobs[1]}`, 'docs/dashboard.png')
  await shoot(page, `compare/${jobs.join('/')}`, 'docs/images/compare.png')
  await shoot(page, `sweeps/${sweep}`, 'docs/images/sweep.png')
  await shoot(page, 'augment', 'docs/images/augmentation.png', () =>
    page.locator('form.augment button').first().click(),
  )
  await browser.close()
} finally {
  service.kill('SIGTERM')
  await ended
  rmSync(home, { recursive: true, force: true })
}
