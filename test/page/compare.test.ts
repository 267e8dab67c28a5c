import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPage, type PageUnderTest } from '../helpers/page.ts'
import { madePredictions } from '../helpers/made-predictions.ts'
import { pageJobs } from '../helpers/page-jobs.ts'

const IMAGES = 60
const CLASSES = ['cat', 'dog', 'eel']

let page: PageUnderTest
let jobs: ReturnType<typeof pageJobs>
let plain: string
let smoothed: string

interface Evaluated {
  right: number
  of?: string
  named?: boolean
  spec?: object
}

/** A job that has ended, with the first `right` of its test images recognised. */
const evaluated = (name: string, { right, of = 'same', named = true, spec = {} }: Evaluated): Promise<string> =>
  jobs.succeeded(
    name,
    { accuracy: right / IMAGES },
    spec,
    madePredictions({ images: IMAGES, right, classes: CLASSES, of, named }),
  )

beforeAll(async () => {
  page = await openPage()
  jobs = pageJobs(page)
  page.page.setDefaultTimeout(15_000)
  plain = await evaluated('plain', { right: 30 })
  smoothed = await evaluated('smoothed', {
    right: 51,
    spec: { loss: { name: 'cross-entropy', labelSmoothing: 0.25 } },
  })
})
afterAll(() => page.close())

const table = (name: string) => page.page.getByRole('group', { name, exact: true })
const rowIn = (name: string, text: string) => table(name).locator('tbody tr', { hasText: text })

it('begins with a list of runs to choose from, on the page itself', async () => {
  const ui = page.page
  await page.open('/compare')
  await ui.getByText('No run is chosen.').waitFor()
  await page.inspect('compare-empty')
  await ui.getByRole('button', { name: 'Choose runs' }).click()
  await ui.getByRole('dialog').getByLabel('Search').fill('PLA')
  await ui.getByRole('dialog').getByText('smoothed').waitFor({ state: 'detached' })
  await ui.getByRole('checkbox', { name: /^plain/ }).check()
  await ui.getByRole('dialog').getByLabel('Search').fill('')
  await ui.getByRole('checkbox', { name: /^smoothed/ }).check()
  await page.inspect('compare-choice')
  await ui.getByRole('button', { name: 'Done' }).click()
  await rowIn('Metrics of each run', 'smoothed').waitFor()
  expect(ui.url()).toContain(`jobs=${plain},${smoothed}`.replace(',', '%2C'))
})

it('says which of two is better, by how much, and where their specs and classes differ', async () => {
  const ui = page.page
  await page.open(`/compare?jobs=${plain},${smoothed}`)
  await ui.getByText('smoothed is better').waitFor()
  await ui.getByText('p < 0.0001 on 60 test images.').waitFor()
  expect(await rowIn('Numbers of the comparison', 'Accuracy of a').innerText()).toMatch(/50.00 %\s+37.\d % to 62.\d %/)
  expect(await rowIn('Numbers of the comparison', 'b − a, points').innerText()).toMatch(/\+35.00/)
  expect(await rowIn('Numbers of the comparison', 'Only b').innerText()).toMatch(/21/)
  expect(await rowIn('Numbers of the comparison', 'exact p').innerText()).toMatch(/< 0.0001/)
  expect(await rowIn('Recall of each class by run', 'dog').innerText()).toMatch(
    /dog\s+20\s+50.0 %\s+85.0 %\s+\+35.00\s+0\s+7/,
  )
  expect(await rowIn('Fields that differ, by run', 'loss.labelSmoothing').innerText()).toMatch(/0.1\s+0.25$/)
  await page.inspect('compare-two')
})

it('shows the images that one alone has right, with the truth and both answers', async () => {
  const ui = page.page
  await page.open(`/compare?jobs=${plain},${smoothed}`)
  const figures = ui.locator('.compare-images figure')
  await figures.nth(11).scrollIntoViewIfNeeded()
  await ui.locator('.compare-images img').nth(11).waitFor()
  expect(await figures.count()).toBe(12)
  expect(await figures.first().getAttribute('title')).toBe('img-50.png')
  expect(await figures.first().innerText()).toMatch(/^eel\s+a: cat 90.0 %\s+b: eel 90.0 %$/)
  await ui.getByRole('button', { name: 'Show all 21 images' }).click()
  expect(await figures.count()).toBe(21)
  await ui.getByLabel('Right is').selectOption('a')
  await ui.getByText('There is none.').waitFor()
  await ui.getByLabel('Right is').selectOption('b')
  expect(await figures.count()).toBe(12)
  const older = await evaluated('older', { right: 30, named: false })
  await page.open(`/compare?jobs=${older},${smoothed}`)
  await ui.getByText('evaluated before places were kept').first().waitFor()
})

it('draws the curves of many runs over each other, by any axis and metric, and keeps that in the address', async () => {
  const ui = page.page
  const runs = [plain, smoothed]
  for (let n = 1; n <= 10; n++) runs.push(await jobs.running(`run ${n} ${'with a long name '.repeat(4)}`, 5 * n + 20))
  await page.open(`/compare?jobs=${runs.join(',')}`)
  await ui.getByRole('img', { name: /^Accuracy, validation of each run/ }).waitFor()
  await ui.getByRole('button', { name: /^Metrics/ }).click()
  await ui.getByRole('menuitemcheckbox', { name: 'Learning rate, training' }).click()
  await ui.keyboard.press('Escape')
  await ui.getByRole('img', { name: /^Learning rate, training of each run/ }).waitFor()
  await ui.getByLabel('X axis').selectOption('time')
  await ui.getByLabel(/^Smoothing/).fill('0.5')
  await expect.poll(() => ui.url()).toMatch(/axis=time.*smoothing=0.5/)
  await page.inspect('compare-many')
  await ui.getByRole('button', { name: 'Leave out plain' }).click()
  await rowIn('Metrics of each run', 'plain').waitFor({ state: 'detached' })
  expect(ui.url()).not.toContain(plain)
})

it('does not call chance a difference', async () => {
  const [a, b] = [await evaluated('x', { right: 40 }), await evaluated('y', { right: 41 })]
  await page.open(`/compare?jobs=${a},${b}`)
  await page.page.getByText('The difference may be chance').waitFor()
})

it('says why runs cannot be compared image by image, and which of them are gone', async () => {
  const ui = page.page
  const [a, b] = [await evaluated('here', { right: 40 }), await evaluated('there', { right: 40, of: 'other' })]
  await page.open(`/compare?jobs=${a},${b}`)
  await ui.getByText('a paired comparison needs the same images').waitFor()
  const waiting = await jobs.submit('waiting')
  await page.open(`/compare?jobs=${a},${waiting},job_00000000000000000000000000`)
  await ui.getByText('Two runs with a report on the same images').waitFor()
  await ui.getByText('There is no job').waitFor()
  await ui.getByRole('button', { name: 'Leave out job_0' }).last().click()
  await ui.getByText('There is no job').waitFor({ state: 'detached' })
  expect(page.problems).toEqual([])
})
