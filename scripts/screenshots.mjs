// Takes the pictures of the README and docs/: a service on a folder of its own trains small jobs, and Chromium opens their pages.
// `npm run screenshots`, after `make test` has set everything up; a few minutes.
import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { connect } from '../dist/bin/connect.js'
import { followJob } from '../dist/bin/follow-job.js'
import { uploadAndWait } from '../dist/bin/upload-and-wait.js'
import { readCredentials } from '../dist/bin/credentials.js'
import { fashionMnist, writeFashionMnistZip } from './demo/fashion-mnist.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const home = mkdtempSync(join(tmpdir(), 'anneal-screenshots-'))
const PORT = '8099'
const URL = `http://127.0.0.1:${PORT}`
const FOLDER = join(home, 'clothes')
const IMAGES = 2000
const SPEC = {
  model: 'resnet20',
  augment: [{ name: 'random-crop', padding: 2 }, 'horizontal-flip'],
  batchSize: 64,
  budget: { epochs: 3 },
}
const VIEWPORT = { width: 1280, height: 900 }
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
  await writeFashionMnistZip(archive, () => {}, { train: 3000, test: 1000 })
  const client = await connect()
  const dataset = await uploadAndWait(client, archive, { name: 'Fashion-MNIST, 4,000 images' })
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
  return { jobs: jobs.map(({ id }) => id), sweep, dataset: dataset.id }
}

/** A folder of images such as somebody has: one folder per class. */
function writeFolder() {
  for (const { label, index, png } of fashionMnist('train')) {
    if (index === IMAGES) return
    mkdirSync(join(FOLDER, label), { recursive: true })
    writeFileSync(join(FOLDER, label, `${String(index).padStart(5, '0')}.png`), png())
  }
}

/** Opens an address of the page, waits until it has come to rest, and saves its upper part. */
async function shoot(page, path, name, prepare = async () => {}) {
  await page.goto(`${URL}${path}`)
  await page.waitForLoadState('networkidle')
  await prepare()
  await save(page, name)
}

async function save(page, name) {
  do await setTimeout(REST_MS)
  while (!(await page.locator('img').evaluateAll((images) => images.every((image) => image.complete))))
  const file = join(root, 'docs/images', `${name}.png`)
  mkdirSync(dirname(file), { recursive: true })
  await page.screenshot({ path: file })
  console.log(file.slice(root.length + 1))
}

/** From a folder to a model, by hand on the page: one picture per step. */
async function walk(page) {
  const button = (name) => page.getByRole('button', { name, exact: true })
  writeFolder()
  await page.goto(`${URL}/datasets`)
  await page.getByLabel('Choose a folder').setInputFiles(FOLDER)
  await button('Upload').waitFor()
  await save(page, 'page/1-upload')
  await button('Upload').click()
  await page.getByRole('link', { name: 'clothes' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'clothes' }).waitFor()
  await page.getByText('ready', { exact: true }).waitFor()
  await save(page, 'page/2-data-set')
  await page.getByRole('tab', { name: 'Images', exact: true }).click()
  await page.locator('img').nth(10).waitFor()
  await save(page, 'page/3-images')
  await page.getByRole('link', { name: 'Train on this' }).click()
  await page.getByLabel('As JSON').fill(JSON.stringify({ ...SPEC, budget: { epochs: 20 } }, undefined, 2))
  await page.getByRole('heading', { name: 'What will run' }).waitFor()
  await save(page, 'page/4-new-job')
  await page
    .getByRole('button', { name: /^Submit/ })
    .first()
    .click()
  await page.locator('canvas').nth(2).waitFor()
  await setTimeout(5 * REST_MS)
  await save(page, 'page/5-curves')
  await page.getByRole('status').getByText('succeeded', { exact: true }).waitFor({ timeout: 600_000 })
  await page.getByRole('tab', { name: 'Report', exact: true }).click()
  await page.getByRole('heading', { name: 'Confusion matrix' }).evaluate((heading) => heading.scrollIntoView())
  await save(page, 'page/6-report')
  await page.getByRole('tab', { name: 'Mistakes', exact: true }).click()
  await page.locator('img').nth(3).waitFor({ timeout: 60_000 })
  await save(page, 'page/7-mistakes')
  await page.getByRole('tab', { name: 'Model', exact: true }).click()
  await page.getByLabel('Choose images').setInputFiles(join(FOLDER, 'sneaker', '00006.png'))
  await page.getByText('sneaker').first().waitFor({ timeout: 60_000 })
  await page.getByRole('heading', { name: 'Try an image' }).evaluate((heading) => heading.scrollIntoView())
  await save(page, 'page/8-try-an-image')
}

try {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  const page = await browser.newPage({ viewport: VIEWPORT, reducedMotion: 'reduce' })
  const { key } = await readCredentials(home)
  await page.goto(URL)
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Jobs' }).waitFor()
  await walk(page)
  const { jobs, sweep, dataset } = await train()
  await shoot(page, '/jobs', 'page/jobs')
  await shoot(page, `/compare?jobs=${jobs.join(',')}`, 'compare')
  await shoot(page, `/sweeps/${sweep}`, 'sweep')
  await shoot(page, `/augmentation?dataset=${dataset}`, 'augmentation')
  await browser.close()
} finally {
  service.kill('SIGTERM')
  await ended
  rmSync(home, { recursive: true, force: true })
}
