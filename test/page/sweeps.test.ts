import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

async function submit(body: object): Promise<Sweep> {
  const response = await ui.service.app.inject({
    method: 'POST',
    url: '/v1/sweeps',
    headers: ui.headers,
    payload: { dataset: ui.dataset, spec: { batchSize: 8 }, ...body },
  })
  expect(response.statusCode, response.body).toBe(202)
  return response.json<Sweep>()
}

/** Does what a worker does with one trial. */
async function end({ id, trials }: Sweep, number: number, value: number, report?: object): Promise<void> {
  const { store } = ui.service
  const { id: job, token } = (await store.claimJob(trials[number - 1]?.job ?? '', 60_000)) ?? { id: '', token: 0 }
  const metrics = [{ key: 'val/accuracy', step: 1, value }]
  await store.recordJob(job, token, { events: [], metrics, report: report ?? { accuracy: value - 0.01 } })
  await store.moveJob(job, token, { from: ['starting'], to: 'succeeded' })
  await store.advanceSweep(id)
}

const table = () => page.getByRole('table', { name: 'Trials of the sweep' })
const row = (number: number) =>
  table()
    .locator('tbody tr')
    .nth(number - 1)

describe('the pages of sweeps', () => {
  it('say what a sweep is where there is none', async () => {
    await ui.open('/sweeps')
    await page.getByText('No sweeps yet.').waitFor()
    await page.getByRole('main').getByRole('link', { name: 'New sweep' }).first().click()
    await page.getByLabel('What to run').waitFor()
    expect(await page.getByLabel('What to run').inputValue()).toBe('random')
  })

  it('list them, and show one as it goes on', async () => {
    const sweep = await submit({
      name: 'rates',
      kind: 'grid',
      space: {
        '/schedule/learningRate': { values: [0.0001, 0.001, 0.01, 0.1, 1] },
        '/model': { values: ['resnet20', 'resnet32'] },
      },
    })
    await end(sweep, 1, 0.81)
    await ui.open('/sweeps')
    await page.getByText('1 of 10').waitFor()
    await ui.inspect('sweeps')
    await page.getByRole('link', { name: 'rates' }).click()
    await page.getByRole('heading', { name: 'rates' }).waitFor()
    expect(await row(1).innerText()).toMatch(/#1\s+best\s+succeeded/)
    await page.getByText('It is measured once 8 trials have a value; 1 have one.').waitFor()
    for (const [i, value] of [0.82, 0.85, 0.9, 0.86, 0.97, 0.7, 0.75, 0.6].entries()) await end(sweep, i + 2, value)
    await page.getByText('9 of 10', { exact: true }).waitFor({ timeout: 10_000 })
    await page.getByText(/Best val\/accuracy so far: 0.97, of trial 6/).waitFor()
    await page.getByRole('group', { name: 'How much each field decides val/accuracy' }).waitFor()
    expect(await page.locator('.xy-point').count()).toBe(9)
    await ui.inspect('sweep')
  })

  it('keeps the trials that pass a stroke along an axis, by pointer and by keyboard', async () => {
    const axis = page.locator('.parallel-handle').last()
    const box = await axis.boundingBox()
    if (box === null) throw new Error('The axis has no box.')
    await page.mouse.move(box.x + box.width / 2, box.y + 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 3, { steps: 4 })
    await page.mouse.up()
    await page.getByText(/of 10 trials pass the filters/).waitFor()
    const few = await table().locator('tbody tr').count()
    expect(few).toBeGreaterThan(0)
    expect(few).toBeLessThan(10)
    await page.reload()
    await page.getByText(/of 10 trials pass the filters/).waitFor()
    await page.getByRole('button', { name: 'Show all trials' }).click()
    await page.getByText('Filter by field').click()
    await page.getByLabel('val/accuracy: from').focus()
    await page.keyboard.press('End')
    await page.getByText('1 of 10 trials pass the filters.').waitFor()
    await page.getByRole('button', { name: 'Show all trials' }).click()
  })

  it('sorts trials, compares those that are chosen, and starts from the best', async () => {
    await table().getByRole('button', { name: 'val/accuracy' }).click()
    expect(await row(1).innerText()).toContain('0.6')
    await page.getByLabel('Choose trial 6').check()
    await page.getByLabel('Choose trial 4').check()
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.waitForURL(/\/compare\?jobs=/)
    expect(decodeURIComponent(page.url())).toMatch(/jobs=job_\w+,job_\w+$/)
    await page.goBack()
    await page.getByRole('link', { name: 'Submit the best again' }).click()
    await page.getByRole('heading', { name: 'Fork a job' }).waitFor()
  })

  it('shows the rates that a range test suggests', async () => {
    const sweep = await submit({ name: 'range', kind: 'range-test' })
    await ui.open(`/sweeps/${sweep.id}`)
    await page.getByText('There is no result yet').waitFor()
    const points = Array.from({ length: 30 }, (_, i) => ({
      learningRate: 1e-4 * 1.4 ** i,
      loss: 2,
      smoothed: 2 - i / 30,
      accuracy: 0.5,
    }))
    const suggestion = { base: 0.002, steepest: 0.012, maximum: 0.34 }
    await end(sweep, 1, 0, { kind: 'range-test', points, suggestion, ended: 'whole' })
    await page.locator('.xy-line').waitFor({ timeout: 10_000 })
    await page.getByText('Steepest: safe for any schedule').waitFor()
    await ui.inspect('range-test')
  })

  it('shows the rungs of successive halving, and cancels and deletes a sweep', async () => {
    const space = { '/schedule/learningRate': { min: 0.001, max: 1, scale: 'log' } }
    const sweep = await submit({ name: 'late', kind: 'asha', trials: 9, space })
    await ui.open(`/sweeps/${sweep.id}`)
    await page.getByRole('table', { name: 'Rungs' }).waitFor()
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the sweep' }).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the sweep' }).click()
    await page.getByRole('heading', { name: 'Sweeps' }).waitFor()
    await page.getByRole('link', { name: 'rates' }).waitFor()
    expect(await page.getByRole('link', { name: 'late' }).count()).toBe(0)
  })

  it('says in words what is not there, and reports no error to the console', async () => {
    await ui.open('/sweeps/sweep_none')
    await page.getByRole('alert').getByText('There is no sweep sweep_none').waitFor()
    expect(ui.problems).toEqual([])
  })
})
