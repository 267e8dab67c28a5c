import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Job } from '../../src/service/resources.ts'
import type { Sweep } from '../../src/service/sweep-resources.ts'
import { openPage, type PageUnderTest } from '../helpers/page.ts'

let ui: PageUnderTest
let page: Page
beforeAll(async () => {
  ui = await openPage()
  page = ui.page
  page.setDefaultTimeout(10_000)
})
afterAll(() => ui.close())

const read = async <T>(url: string): Promise<T> =>
  (await ui.service.app.inject({ url: `/v1${url}`, headers: ui.headers })).json<T>()
const field = (name: string) => page.getByLabel(name, { exact: true })
const json = () => field('As JSON')
const wholeId = (kind: string): string => new RegExp(`/${kind}/([^/?]+)`).exec(page.url())?.[1] ?? ''

describe('the page of a new job', () => {
  it('finds a data set, and says what is chosen for it and why', async () => {
    await ui.open('/new-job')
    const choice = page.getByRole('combobox', { name: 'Data set' })
    await choice.fill('sha')
    await page.getByRole('option', { name: /shapes/ }).click()
    await page.getByText('3 classes; ').first().waitFor()
    await page.getByRole('option', { name: 'Default: resnet20' }).waitFor({ state: 'attached' })
    await page.getByText(/Chosen: .*are small, and a CPU trains it in minutes/).waitFor()
    await page.getByText('Steps per epoch').waitFor()
    await page.getByText(/^What is chosen for you, and why/).click()
    await page.getByRole('table', { name: 'Chosen values' }).waitFor()
    await ui.inspect('new-job')
  })

  it('keeps the form and the JSON in step', async () => {
    await ui.open(`/new-job?dataset=${ui.dataset}`)
    await field('Batch size').fill('8')
    expect(JSON.parse(await json().inputValue())).toEqual({ batchSize: 8 })
    await field('Optimizer').selectOption('adam')
    expect(JSON.parse(await json().inputValue())).toEqual({ batchSize: 8, optimizer: 'adam' })
    const typed = '{ "batchSize": 16,\n  "optimizer": {"name": "sgd", "momentum": 0.50}}'
    await json().fill(typed)
    expect(await field('Batch size').inputValue()).toBe('16')
    expect(await field('Momentum').inputValue()).toBe('0.5')
    expect(await json().inputValue()).toBe(typed)
    await json().fill('{ "batchSize": ')
    await page.getByText('This is no JSON yet').waitFor()
    expect(await field('Batch size').inputValue()).toBe('16')
    await json().fill(typed)
    await page.getByRole('button', { name: 'Reset Batch size' }).click()
    expect(JSON.parse(await json().inputValue())).toEqual({ optimizer: { name: 'sgd', momentum: 0.5 } })
  })

  it('shows mistakes at their fields and in the JSON, and warnings', async () => {
    await ui.open(`/new-job?dataset=${ui.dataset}&recipe=`)
    await json().fill('{\n  "batchSize": 1,\n  "modle": "resnet20"\n}')
    await page.locator('.field-error').first().waitFor()
    await page.getByText(/2 mistakes/).waitFor()
    const mistakes = page.getByRole('list', { name: 'Mistakes in the spec' })
    await mistakes.getByRole('button', { name: 'Line 2, /batchSize' }).click()
    const selected = await page.evaluate<string>(
      '(({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd))(document.activeElement)',
    )
    expect(selected).toBe('1')
    await ui.inspect('new-job-mistakes')
    await json().fill('{"sampling": "oversample", "loss": {"name": "class-balanced"}}')
    await page.getByRole('heading', { name: /warning/ }).waitFor()
  })

  it('orders augmentations with the keyboard, and previews them', async () => {
    await ui.open(`/new-job?dataset=${ui.dataset}&kind=job`)
    await page.getByText('Images and augmentation', { exact: true }).click()
    await page.getByRole('button', { name: 'Change the default' }).first().click()
    await field('Add to augment').selectOption('cutout')
    const pieces = (): Promise<string[]> => page.locator('.piece-title').allInnerTexts()
    const before = await pieces()
    expect(before.at(-1)).toMatch(/cutout$/)
    await page.getByRole('button', { name: 'Move cutout up' }).focus()
    await page.keyboard.press('Enter')
    expect((await pieces()).at(-2)).toMatch(/cutout$/)
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/Move cutout/)
    await page.getByRole('button', { name: 'Remove cutout' }).click()
    expect(await pieces()).toHaveLength(before.length - 1)
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.getByAltText(/augmented versions of it/).waitFor()
  })

  it('submits with name, tags, notes and limits, after a reload', async () => {
    await ui.open(`/new-job?dataset=${ui.dataset}&recipe=baseline`)
    await field('Name').fill('First run')
    await field('Tags').fill('night, small')
    await field('Notes').fill('A try.')
    await page.getByText('Priority, limits, resources and order').click()
    await field('Priority').fill('5')
    await field('Max run seconds').fill('600')
    await field('Epochs').fill('2')
    await page.reload()
    await page.waitForLoadState('networkidle')
    expect(await field('Name').inputValue()).toBe('First run')
    expect(JSON.parse(await json().inputValue())).toEqual({ recipe: 'baseline', budget: { epochs: 2 } })
    await page.getByRole('button', { name: 'Submit the job' }).click()
    await page.waitForURL(/\/jobs\/job_/)
    const job = await read<Job>(`/jobs/${wholeId('jobs')}`)
    expect(job).toMatchObject({ name: 'First run', priority: 5, maxRunSeconds: 600, notes: 'A try.' })
    expect(job.tags).toEqual(['night', 'small'])
    expect(job.spec).toMatchObject({ budget: { epochs: 2 }, mix: { name: 'none' } })
    await ui.open(`/new-job?dataset=${ui.dataset}&recipe=baseline`)
    expect(await field('Name').inputValue()).toBe('')
  })

  it('makes a sweep, and says how many trials there will be', async () => {
    await ui.open(`/new-job?dataset=${ui.dataset}`)
    await page.getByRole('button', { name: 'Start again' }).click()
    await field('What to run').selectOption('grid')
    await page.getByRole('button', { name: 'Vary a field' }).click()
    await field('From').fill('0.01')
    await field('To').fill('0.1')
    await field('Points').fill('3')
    await page.getByRole('button', { name: 'Vary a field' }).click()
    await field('Field').nth(1).fill('/batchSize')
    await field('Takes').nth(1).selectOption('values')
    await field('Values').fill('8, 1')
    await page.locator('.facts dd').filter({ hasText: /^6$/ }).waitFor()
    await page.getByRole('button', { name: 'Submit the sweep' }).click()
    await page.getByRole('alert').first().waitFor()
    await ui.inspect('new-sweep')
    await field('Values').fill('8, 12')
    await page.getByRole('button', { name: 'Submit the sweep' }).click()
    await page.waitForURL(/\/sweeps\/sweep_/)
    const sweep = await read<Sweep>(`/sweeps/${wholeId('sweeps')}`)
    expect(sweep.trials).toHaveLength(6)
    expect(sweep.space).toMatchObject({ '/batchSize': { values: [8, 12] } })
  })

  it('forks a job from a checkpoint, with what is changed', async () => {
    const made = await ui.service.app.inject({
      method: 'POST',
      url: '/v1/jobs',
      headers: ui.headers,
      payload: { dataset: ui.dataset, name: 'parent', batchSize: 8 },
    })
    const { id } = made.json<Job>()
    await ui.open(`/new-job?fork=${id}`)
    await page.getByText('Nothing of its spec is changed yet.').waitFor()
    expect(await field('Name').inputValue()).toBe('parent (fork)')
    await field('Batch size').fill('12')
    const row = page.getByRole('row', { name: /batchSize/ }).first()
    expect(await row.innerText()).toMatch(/batchSize\s+8\s+12/)
    await page.getByRole('button', { name: 'Submit the job' }).click()
    await page.getByText(/has no checkpoint to start from/).waitFor()
    await ui.inspect('fork')
  })

  it('reports no error to the console', () => {
    expect(ui.problems).toEqual([])
  })
})
