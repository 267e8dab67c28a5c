import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Job } from '../../src/service/resources.ts'
import { openPage, type PageUnderTest } from '../helpers/page.ts'
import { pageJobs, plainReport } from '../helpers/page-jobs.ts'

const LONG_NAME = 'a_very_long_name_that_somebody_took_from_a_path_without_any_break_'.repeat(3).slice(0, 200)

let page: PageUnderTest
let jobs: ReturnType<typeof pageJobs>
let made: Record<'running' | 'failed' | 'best' | 'worse', string>

beforeAll(async () => {
  page = await openPage()
  jobs = pageJobs(page)
  page.page.setDefaultTimeout(15_000)
})
afterAll(() => page.close())
beforeEach(async () => {
  await page.page.unrouteAll()
  await page.page.setViewportSize({ width: 1280, height: 900 })
})

const row = (name: string) => page.page.locator('tbody tr', { has: page.page.getByRole('link', { name, exact: true }) })
const job = async (id: string): Promise<Job> =>
  (await page.service.app.inject({ url: `/v1/jobs/${id}`, headers: page.headers })).json<Job>()

it('leads from an empty list to a data set and a new job', async () => {
  await page.open('/jobs')
  await page.page.getByText('There are no jobs yet.').waitFor()
  await page.inspect('jobs-empty')
  await page.page.getByRole('link', { name: 'Upload a data set' }).click()
  await page.page.getByRole('heading', { level: 1, name: 'Data sets' }).waitFor()
})

it('lists jobs with their state and progress, and says why one waits', async () => {
  const best = { ...plainReport(['a', 'b', 'c']), accuracy: 0.95 }
  made = {
    best: await jobs.succeeded('the best', best, { tags: ['baseline', 'paper'] }),
    worse: await jobs.succeeded(LONG_NAME, { ...best, accuracy: 0.7 }, { batchSize: 16, tags: ['baseline'] }),
    failed: await jobs.failed('went wrong', `Cannot read /${'x'.repeat(300)}.`),
    running: await jobs.running('under way'),
  }
  await jobs.submit('waits')
  await page.open('/jobs')
  await row('under way').getByText('running').waitFor()
  expect(await row('under way').innerText()).toMatch(/50 %, 3 s left/)
  expect(await row('the best').innerText()).toMatch(/95.0 %/)
  await row('waits').getByRole('button', { name: 'Why waits waits' }).click()
  await page.page
    .getByRole('dialog')
    .getByText(/worker/)
    .first()
    .waitFor()
  await page.inspect('jobs-why')
  await page.page.keyboard.press('Escape')
  await page.inspect('jobs')
})

it('filters and sorts at the service, and keeps both in the address', async () => {
  const ui = page.page
  await page.open('/jobs')
  await ui.getByLabel('Search', { exact: true }).fill('BEST')
  await row('went wrong').waitFor({ state: 'detached' })
  expect(await ui.locator('tbody tr').count()).toBe(1)
  await ui.reload()
  await row('the best').waitFor()
  expect(await ui.getByLabel('Search', { exact: true }).inputValue()).toBe('BEST')
  await ui.getByRole('button', { name: 'Remove all filters' }).click()
  await row('went wrong').waitFor()
  await ui.getByRole('button', { name: 'State', exact: true }).click()
  await ui.getByRole('menuitemcheckbox', { name: 'failed' }).click()
  await ui.keyboard.press('Escape')
  await row('the best').waitFor({ state: 'detached' })
  expect(await ui.locator('tbody tr').count()).toBe(1)
  await page.open('/jobs')
  await ui.getByRole('button', { name: 'More filters' }).click()
  await ui.getByLabel('Fields of the spec').fill('batchSize=16')
  await ui.getByLabel('Final metrics').fill('accuracy<0.9')
  await ui.getByRole('button', { name: 'Apply' }).click()
  await row('the best').waitFor({ state: 'detached' })
  expect(await ui.locator('tbody tr').count()).toBe(1)
  await ui.getByRole('button', { name: 'Metric: accuracy<0.9' }).click()
  await ui.getByRole('button', { name: 'Spec: batchSize=16' }).click()
  await ui.getByRole('button', { name: 'Test accuracy' }).click()
  await ui.getByText('Jobs without this metric').waitFor()
  await expect.poll(() => ui.locator('tbody tr').first().innerText()).toContain('70.0 %')
  await ui.getByRole('button', { name: 'Test accuracy' }).click()
  await expect.poll(() => ui.locator('tbody tr').first().innerText()).toContain('95.0 %')
  expect(ui.url()).toContain('sort=-accuracy')
  await page.open('/jobs?q=nothing')
  await ui.getByText('No job matches.').waitFor()
})

it('shows the columns that are chosen, any field of the spec among them, here and in a saved view', async () => {
  const ui = page.page
  await page.open('/jobs')
  await ui.getByRole('button', { name: 'Columns' }).click()
  await ui.getByLabel('Balanced accuracy', { exact: true }).check()
  await ui.getByLabel('Submitted by', { exact: true }).uncheck()
  await ui.getByLabel('Field', { exact: true }).fill('batchSize')
  await ui.getByRole('button', { name: 'Add the field' }).click()
  await ui.getByRole('button', { name: 'Done' }).click()
  await ui.getByRole('columnheader', { name: 'batchSize' }).waitFor()
  expect(await row(LONG_NAME).innerText()).toMatch(/16/)
  await ui.getByLabel('Group by').selectOption('tag')
  await ui.getByRole('heading', { name: 'baseline' }).waitFor()
  await ui.getByText('2 jobs, best test accuracy 95.0 %').waitFor()
  await page.inspect('jobs-grouped')
  await ui.getByRole('button', { name: 'Views' }).click()
  await ui.getByRole('menuitem', { name: 'Save this view…' }).click()
  await ui.getByLabel('Name of the view').fill('By tag')
  await ui.getByRole('button', { name: 'Save', exact: true }).click()
  await page.open('/jobs')
  await ui.getByRole('columnheader', { name: 'batchSize' }).waitFor()
  expect(await ui.getByRole('heading', { name: 'baseline' }).count()).toBe(0)
  await ui.getByRole('button', { name: 'Views' }).click()
  await ui.getByRole('menuitem', { name: 'By tag' }).first().click()
  await ui.getByRole('heading', { name: 'baseline' }).waitFor()
  await ui.evaluate(`localStorage.removeItem('anneal-job-columns')`)
})

it('edits tags, of one job and of many', async () => {
  const ui = page.page
  await page.open('/jobs')
  await ui.getByRole('button', { name: 'Edit the tags of went wrong' }).click()
  await ui.getByLabel('Tags', { exact: true }).fill('broken, look')
  await ui.getByRole('button', { name: 'Save the tags' }).click()
  await row('went wrong').getByRole('link', { name: 'broken' }).waitFor()
  await ui.getByLabel('Choose the best').check()
  await ui.getByLabel('Choose under way').check()
  await ui.getByText('2 jobs chosen').waitFor()
  await ui.getByRole('button', { name: 'Actions' }).click()
  await ui.getByRole('menuitem', { name: 'Add tags…' }).click()
  await ui.getByLabel('Tags', { exact: true }).fill('chosen')
  await ui.getByRole('button', { name: 'Add the tags' }).click()
  await row('under way').getByRole('link', { name: 'chosen' }).waitFor()
  await row('the best').getByRole('link', { name: 'chosen' }).click()
  await row('went wrong').waitFor({ state: 'detached' })
  expect(await ui.locator('tbody tr').count()).toBe(2)
})

it('does the same with many jobs, and says what became of each', async () => {
  const ui = page.page
  await page.open('/jobs')
  await ui.getByLabel('Choose all rows').check()
  await ui.getByRole('button', { name: 'Actions' }).click()
  await ui.getByRole('menuitem', { name: 'Delete (3)' }).click()
  await ui.getByRole('dialog').getByText('The jobs go to the trash').waitFor()
  await ui.getByRole('button', { name: 'Keep as it is' }).click()
  await ui.getByRole('button', { name: 'Choose none' }).click()
  await ui.getByLabel('Choose waits').check()
  await ui.getByLabel('Choose the best').check()
  await ui.getByRole('button', { name: 'Actions' }).click()
  await ui.getByRole('menuitem', { name: 'Pause (1)' }).click()
  const results = ui.getByRole('dialog')
  await results.getByText('Done with 1 job; 1 refused').waitFor()
  await results.getByText('pause is for one that is').waitFor()
  await page.inspect('jobs-results')
  await ui.keyboard.press('Escape')
  await row('waits').getByText('paused').waitFor()
  expect((await job(made.best)).state).toBe('succeeded')
})

it('takes chosen runs to their comparison', async () => {
  const ui = page.page
  await page.open('/jobs')
  await ui.getByLabel('Choose the best').check()
  await ui.getByLabel(`Choose ${LONG_NAME}`).check()
  await ui.getByRole('link', { name: 'Compare' }).click()
  await ui.getByRole('heading', { level: 1, name: 'Compare runs' }).waitFor()
  expect(ui.url()).toContain('/compare?jobs=')
})

it('loads more as it is asked for, keeps a choice while it is live, and says when the service is away', async () => {
  const ui = page.page
  for (let n = 1; n <= 100; n++) await jobs.submit(`filler ${n}`)
  await page.open('/jobs?state=queued')
  await row('filler 100').waitFor()
  expect(await ui.locator('tbody tr[aria-rowindex]').count()).toBe(100)
  await page.open('/jobs')
  await ui.getByRole('button', { name: 'Show more' }).click()
  await ui.getByRole('link', { name: 'the best' }).waitFor()
  await ui.getByLabel('Choose filler 100').check()
  await ui.waitForResponse((response) => response.url().includes('/v1/jobs?'), { timeout: 20_000 })
  expect(await ui.getByLabel('Choose filler 100').isChecked()).toBe(true)
  await page.open('/jobs')
  await row('filler 100').waitFor()
  await ui.route('**/v1/jobs?*', (route) =>
    route.fulfill({
      status: 503,
      json: { detail: 'The database is away.', code: 'unavailable', status: 503, retryable: true },
    }),
  )
  await ui.getByRole('alert').getByText('The database is away.').waitFor({ timeout: 30_000 })
  expect(await row('filler 100').count()).toBe(1)
  await ui.unrouteAll()
  await ui.getByRole('alert').getByRole('button', { name: 'Try again' }).first().click()
  await ui.getByText('The database is away.').waitFor({ state: 'detached', timeout: 30_000 })
  expect(page.problems).toEqual([])
})
