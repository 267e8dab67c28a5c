import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Report } from '../../src/evaluation/report.ts'
import { storedText } from '../../src/service/log-resources.ts'
import type { Job, Reason } from '../../src/service/resources.ts'
import { classFolders } from '../helpers/archives.ts'
import { madeReport, packedFrom } from '../helpers/made-reports.ts'
import { openPage, type PageUnderTest } from '../helpers/page.ts'
import { madePredictions } from '../helpers/made-predictions.ts'
import { pageJobs, plainReport } from '../helpers/page-jobs.ts'

const LONG_NAME = 'a_very_long_class_name_that_somebody_took_from_a_path_without_any_break'.repeat(2)
const MANY_CLASSES = 200
const CLASSES = ['cat', 'dog', 'eel']

let page: PageUnderTest
let jobs: ReturnType<typeof pageJobs>
let running: string
let evaluated: string

beforeAll(async () => {
  page = await openPage({ trashMs: 86_400_000 })
  jobs = pageJobs(page)
  page.page.setDefaultTimeout(15_000)
  running = await jobs.running('under way')
  const predictions = madePredictions({ images: 30, right: 20, classes: CLASSES })
  evaluated = await jobs.succeeded('evaluated', await wholeReport(), { batchSize: 16 }, predictions)
})
afterAll(() => page.close())
beforeEach(async () => {
  await page.page.unrouteAll()
  await page.page.setViewportSize({ width: 1280, height: 900 })
})

/** A report that has every part, of classes that the predictions have. */
async function wholeReport(): Promise<Report> {
  const made = await madeReport(await packedFrom(page.service.folder, 'evaluated', classFolders(3, 40)))
  const confusion = [
    [7, 3, 0],
    [0, 7, 3],
    [4, 0, 6],
  ]
  const severities = [1, 3, 5].map((severity) => ({ severity, error: severity / 10 }))
  const slice = {
    images: 15,
    accuracy: 0.5,
    interval: [0.3, 0.7],
    expected: 0.7,
    rest: 0.9,
    p: 0.001,
    pAdjusted: 0.002,
  }
  const slices = [
    { ...slice, name: 'dark', differs: true },
    { ...slice, name: 'bright', accuracy: 0.9, differs: false },
  ]
  const attributes = [{ name: 'brightness' as const, description: 'Mean luminance of the stored pixels.', slices }]
  return {
    ...made,
    slices: { level: 0.05, correction: 'holm', tests: 2, attributes },
    confusion,
    classes: made.classes.map((row, i) => ({ ...row, name: CLASSES[i] ?? row.name })),
    worst: made.worst.slice(0, 6).map((mistake) => ({ ...mistake, index: mistake.index % 3 })),
    robustness: {
      images: 30,
      seed: 0,
      cleanError: 0.1,
      meanError: 0.3,
      corruptions: [
        { name: 'gaussian-noise', kind: 'noise', error: 0.3, severities },
        { name: 'fog', kind: 'weather', error: 0.25, severities },
      ],
    },
  }
}

const job = async (id: string): Promise<Job> =>
  (await page.service.app.inject({ url: `/v1/jobs/${id}`, headers: page.headers })).json<Job>()
const tab = (name: string) => page.page.getByRole('tab', { name, exact: true })
const heading = (name: string) => page.page.getByRole('heading', { name, exact: true })

it('shows a running job, live: state, progress, curves, with smoothing and a logarithmic axis in the address', async () => {
  const ui = page.page
  await page.open(`/jobs/${running}`)
  await heading('Loss').waitFor()
  await ui.getByText('50 %: step 40 of 80, epoch 2.00 of 4').waitFor()
  expect(await ui.title()).toBe('under way · running – Anneal')
  await ui.getByRole('img', { name: /^Loss of the job. training: 0.\d+; validation: 0.\d+$/ }).waitFor()
  await ui.getByLabel('X axis').selectOption('time')
  await ui.getByLabel(/^Smoothing/).fill('0.6')
  await ui.getByLabel('Logarithmic y axis').check()
  await ui.getByRole('img', { name: /^Loss of the job. training, as measured: / }).waitFor()
  expect(ui.url()).toMatch(/axis=time&smoothing=0.6&logScale=true/)
  await page.inspect('job-curves')
})

it('keeps focus and what is selected while it is live', async () => {
  const ui = page.page
  await page.open(`/jobs/${running}?tab=spec`)
  await heading('Resolved spec').waitFor()
  const pause = ui.getByRole('button', { name: 'Pause' })
  await pause.focus()
  await ui.evaluate(`getSelection().selectAllChildren(document.querySelector('.job-spec'))`)
  for (let looks = 0; looks < 3; looks++)
    await ui.waitForResponse((response) => response.url().endsWith(`/v1/jobs/${running}`))
  expect(await ui.locator(':focus').innerText()).toBe('Pause')
  expect(await ui.evaluate('String(getSelection()).length')).toBeGreaterThan(100)
})

it('asks before a job is stopped or canceled, and says what the difference is', async () => {
  const ui = page.page
  await page.open(`/jobs/${running}`)
  await ui.getByRole('button', { name: 'Cancel', exact: true }).click()
  const dialog = ui.getByRole('dialog')
  await dialog.getByText('Ends the job at once, without a report.').waitFor()
  await dialog.getByText('To keep the weights so far, with a report, stop it instead.').waitFor()
  await page.inspect('job-cancel')
  await dialog.getByRole('button', { name: 'Keep as it is' }).click()
  await ui.getByRole('button', { name: 'Stop', exact: true }).click()
  await dialog.getByText('Ends training after the current step.').waitFor()
  await ui.keyboard.press('Escape')
  expect((await job(running)).state).toBe('running')
  await ui.getByRole('button', { name: 'Pause' }).click()
  await ui.getByRole('status').getByText('pausing').waitFor()
})

it('edits tags, notes, priority and limits', async () => {
  const ui = page.page
  const id = await jobs.submit('to edit')
  await page.open(`/jobs/${id}`)
  await ui.getByRole('button', { name: 'Why does it wait?' }).click()
  await ui
    .getByRole('dialog')
    .getByText(/worker/)
    .first()
    .waitFor()
  await ui.keyboard.press('Escape')
  await ui.getByRole('button', { name: 'More' }).click()
  await ui.getByRole('menuitem', { name: 'Edit tags, notes and limits…' }).click()
  await ui.getByLabel('Tags', { exact: true }).fill('one, two')
  await ui.getByLabel('Notes', { exact: true }).fill('First line.\nSecond line.')
  await ui.getByLabel('Priority', { exact: true }).fill('5')
  await ui.getByLabel('Maximum device time, minutes').fill('90')
  await page.inspect('job-edit')
  await ui.getByRole('button', { name: 'Save', exact: true }).click()
  await ui.getByRole('dialog').waitFor({ state: 'detached' })
  await ui.getByText('Second line.').waitFor()
  const { tags, priority, maxRunSeconds } = await job(id)
  expect({ tags, priority, maxRunSeconds }).toEqual({ tags: ['one', 'two'], priority: 5, maxRunSeconds: 5400 })
  await ui.getByText('1 h 30 min').waitFor()
})

it('shows all of a report, and the images behind a cell of its matrix', async () => {
  const ui = page.page
  await page.open(`/jobs/${evaluated}`)
  await tab('Report').click()
  for (const name of ['Headline numbers', 'Classes', 'Precision and recall', 'Coverage and accuracy', 'Calibration'])
    await heading(name).waitFor()
  for (const name of ['Open set', 'Robustness to corruptions', 'Slices']) await heading(name).waitFor()
  await ui.getByRole('grid', { name: 'Confusion matrix' }).waitFor()
  await page.inspect('job-report')
  await ui.getByRole('button', { name: 'cat taken for dog: 3 images' }).click()
  const dialog = ui.getByRole('dialog')
  await dialog.getByText('cat taken for dog').waitFor()
  await dialog.locator('figure img').nth(2).waitFor()
  expect(await dialog.locator('figure').count()).toBe(3)
  await page.inspect('job-cell')
  await ui.keyboard.press('Escape')
  await ui.getByRole('button', { name: 'cat taken for cat: 7 images' }).focus()
  await ui.keyboard.press('ArrowDown')
  expect(await ui.locator(':focus').getAttribute('aria-label')).toMatch(/ taken for /)
  const report = await ui.request.get(`${page.url}/v1/jobs/${evaluated}/report`, { headers: page.headers })
  expect(report.status()).toBe(200)
})

it('shows the most confident mistakes, and what keeps a heat map from being drawn', async () => {
  const ui = page.page
  await page.open(`/jobs/${evaluated}?tab=mistakes`)
  await heading('Most confident mistakes').waitFor()
  await ui.locator('.job-pair img').first().waitFor()
  await ui.locator('.job-mistakes').getByRole('button', { name: 'Try again' }).first().waitFor()
  await ui.getByLabel('The heat map shows what supports').selectOption('label')
  await page.inspect('job-mistakes')
  await ui.getByRole('link', { name: 'See which labels the model doubts' }).click()
  await ui.getByRole('heading', { level: 1, name: 'shapes' }).waitFor()
})

it('shows the weakest of many classes first, and others on request or by name', async () => {
  const ui = page.page
  const id = await jobs.succeeded(
    `many ${LONG_NAME}`,
    plainReport(Array.from({ length: MANY_CLASSES }, (_, i) => (i === 7 ? LONG_NAME : `species ${i}`))),
  )
  await page.open(`/jobs/${id}?tab=report`)
  await ui.getByText('The 30 weakest of 200').waitFor()
  const rows = ui.getByRole('group', { name: 'Scores of each class' }).locator('tbody tr')
  expect(await rows.count()).toBe(30)
  expect(await rows.first().innerText()).toMatch(/species 0\s/)
  await ui.getByLabel('Classes around').selectOption('5')
  await ui.getByRole('button', { name: 'species 5 taken for species 6: 2 images' }).waitFor()
  expect(await ui.evaluate<number>('document.documentElement.scrollHeight')).toBeLessThan(7000)
  await page.inspect('job-many-classes')
  await ui.getByLabel('Find a class').fill('species 19')
  await expect.poll(() => rows.count()).toBe(11)
  await ui.getByLabel('Find a class').fill('')
  await ui.getByRole('button', { name: 'Show all 200' }).click()
  await ui.getByText('All 200, by F1.').waitFor()
})

it('shows the spec with the reasons of its values, and how it differs from that of another job', async () => {
  const ui = page.page
  await page.open(`/jobs/${evaluated}?tab=spec`)
  const choices = ui.getByRole('group', { name: 'Fields and why they have their values' })
  await choices.locator('tr', { hasText: 'batchSize' }).getByText('Given in the spec.').waitFor()
  expect(await choices.locator('tbody tr').count()).toBeGreaterThan(5)
  await ui.getByLabel('Id of the other job').fill(running)
  await ui.getByRole('button', { name: 'Compare the specs' }).click()
  const differences = ui.getByRole('group', { name: 'Fields of the spec that differ' })
  expect(await differences.locator('tr', { hasText: 'batchSize' }).innerText()).toMatch(/8\s+16/)
  await page.inspect('job-spec')
})

/** Has a job print lines, one by one. */
async function printing(id: string): Promise<(line: string) => Promise<unknown>> {
  const { service, headers } = page
  const { id: teamId } = (await service.app.inject({ url: '/v1/team', headers })).json<{ id: string }>()
  let firstLine = 0
  return (line) => {
    const text = storedText([{ atMs: Date.now(), stream: 'stdout', text: line }])
    const chunk = { attempt: 1, firstLine: firstLine++, lines: 1, bytes: text.length, text }
    return service.store.appendLog({ id, kind: 'job', teamId }, chunk)
  }
}

/** What the page asks of logs: where from, by stream or not. */
function logRequests(): { from: string; isStream: boolean }[] {
  const requests: { from: string; isStream: boolean }[] = []
  page.page.on('request', (request) => {
    const { 'last-event-id': from = 'the end', accept = '' } = request.headers()
    if (request.url().includes('/logs')) requests.push({ from, isStream: accept === 'text/event-stream' })
  })
  return requests
}

it('follows the log as a stream that is resumed where it breaks, and closed while nobody looks', async () => {
  const ui = page.page
  const id = await jobs.submit('talks on')
  const token = await jobs.claimed(id)
  const say = await printing(id)
  await say('epoch 1 of 4')
  const requests = logRequests()
  await ui.goto(`${page.url}/jobs/${id}?tab=log`)
  const log = ui.getByRole('log')
  await log.getByText('epoch 1 of 4').waitFor()
  await say('epoch 2 of 4')
  await log.getByText('epoch 2 of 4').waitFor()
  expect(requests.map(({ isStream }) => isStream)).toEqual([false, true])
  page.service.app.server.closeAllConnections()
  await say('epoch 3 of 4')
  await log.getByText('epoch 3 of 4').waitFor()
  const resumed = requests.at(-1)
  expect(resumed?.isStream).toBe(true)
  expect(Number(resumed?.from)).toBeGreaterThan(Number(requests[1]?.from))
  await ui.evaluate(visibility('hidden'))
  await say('epoch 4 of 4')
  const before = requests.length
  await ui.evaluate(visibility('visible'))
  await log.getByText('epoch 4 of 4').waitFor()
  expect(requests.length).toBe(before + 1)
  await page.service.store.moveJob(id, token, { from: ['starting'], to: 'failed', reason: OVER })
  await say('the last line')
  await log.getByText('the last line').waitFor()
  expect(await log.locator('> div').count()).toBe(5)
})

const OVER: Reason = { code: 'internal', fault: 'infra', retryable: false, detail: 'It is over.' }

const visibility = (state: string): string => `
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' })
  document.dispatchEvent(new Event('visibilitychange'))`

it('filters the log, and shows events, attempts and reasons', async () => {
  const ui = page.page
  const id = await jobs.submit('talks')
  await jobs.claimed(id)
  const say = await printing(id)
  await say('epoch 1 of 4')
  await ui.goto(`${page.url}/jobs/${id}?tab=log`)
  await ui.getByText('epoch 1 of 4').waitFor()
  await say('Warning: two images are equal')
  await ui.getByText('Warning: two images are equal').waitFor()
  await ui.getByLabel('Level', { exact: true }).selectOption('warning')
  await ui.getByText('1 of 2 lines.').waitFor()
  await page.inspect('job-log')
  const failed = await jobs.failed('went wrong', `Cannot read /${'x'.repeat(300)}.`)
  await page.open(`/jobs/${failed}?tab=events`)
  await ui.getByText('A fault of the machines, not of the job.').waitFor()
  await ui.getByRole('group', { name: 'States of the job, the latest first' }).getByText('failed').waitFor()
  expect(
    await ui.getByRole('group', { name: 'Attempts of the job, the latest first' }).locator('tbody tr').count(),
  ).toBe(1)
  await page.inspect('job-events')
})

it('offers checkpoints, exports, files and a name in the registry', async () => {
  const ui = page.page
  const id = await jobs.withCheckpoint('with weights', { goesOn: true })
  await page.open(`/jobs/${id}?tab=model`)
  await ui.getByRole('link', { name: 'Download the best checkpoint' }).waitFor()
  await ui.getByLabel('Name of the model').fill('pets')
  await page.inspect('job-model')
  await ui.getByRole('button', { name: 'Register', exact: true }).click()
  await ui.getByText('with weights is version 1 of').waitFor()
  await ui.getByRole('link', { name: 'Start a job from it' }).click()
  await ui.getByRole('heading', { level: 1 }).waitFor()
  expect(ui.url()).toContain(`/new-job?fork=${id}`)
})

it('deletes a checkpoint and a file into the trash, and says why one cannot be', async () => {
  const ui = page.page
  const { app } = page.service
  const id = await jobs.withCheckpoint('with weights to delete')
  await page.open(`/jobs/${id}?tab=model`)
  await ui.getByRole('button', { name: 'Delete the best checkpoint' }).click()
  const dialog = ui.getByRole('dialog')
  await dialog.getByText('It goes to the trash with its exports').waitFor()
  await page.inspect('job-delete-checkpoint')
  const fork = await app.inject({ method: 'POST', url: `/v1/jobs/${id}/fork`, headers: page.headers, payload: {} })
  expect(fork.statusCode, fork.body).toBe(202)
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  await dialog.getByRole('alert').getByText(/job_/).waitFor()
  await dialog.getByRole('button', { name: 'Keep as it is' }).click()
  const free = await jobs.withCheckpoint('with more weights')
  await page.open(`/jobs/${free}?tab=model`)
  await ui.getByRole('button', { name: 'Delete the best checkpoint' }).click()
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  await ui.getByText('The best checkpoint is in the trash.').waitFor()
  await ui.getByText('There is no checkpoint yet.').waitFor()
  await page.open(`/jobs/${evaluated}?tab=model`)
  await ui.getByRole('button', { name: 'Delete predictions.jsonl.gz' }).click()
  await dialog.getByText('Without it, the job cannot be compared image by image').waitFor()
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  await ui.getByText('There are no files yet.').waitFor()
  const trash = (await app.inject({ url: '/v1/trash', headers: page.headers })).body
  expect(trash).toContain(`${evaluated}:predictions`)
})

it('says that a job is gone, with a way back, and goes back to the list after one is deleted', async () => {
  const ui = page.page
  await page.open('/jobs/job_00000000000000000000000000')
  await ui.getByRole('heading', { name: 'There is no such job' }).waitFor()
  await page.inspect('job-gone')
  await ui.getByRole('link', { name: 'Go to the jobs' }).click()
  await ui.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
  await page.open(`/jobs/${evaluated}`)
  await ui.getByRole('button', { name: 'More' }).click()
  await ui.getByRole('menuitem', { name: 'Delete…' }).click()
  await ui.getByRole('dialog').getByText('It can be restored from there').waitFor()
  await ui.getByRole('button', { name: 'Delete the job' }).click()
  await ui.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
  await ui.getByText('evaluated is in the trash.').waitFor()
  expect(page.problems).toEqual([])
})
