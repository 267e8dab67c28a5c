import { Readable } from 'node:stream'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lineChart } from '../../src/plots/line-chart.ts'
import type { Sweep } from '../../src/service/sweep-resources.ts'
import { openDashboard, type DashboardUnderTest } from '../helpers/dashboard.ts'

let dashboard: DashboardUnderTest
let page: Page
beforeAll(async () => {
  dashboard = await openDashboard()
  page = dashboard.page
})
afterAll(() => dashboard.close())

async function submit(body: object): Promise<Sweep> {
  const response = await dashboard.service.app.inject({
    method: 'POST',
    url: '/v1/sweeps',
    headers: dashboard.headers,
    payload: { dataset: dashboard.dataset, spec: { batchSize: 8 }, ...body },
  })
  expect(response.statusCode, response.body).toBe(202)
  return response.json<Sweep>()
}

interface Ending {
  value: number
  report?: object
  plot?: string
}

/** Does what a worker does with one trial. */
async function end({ id, trials }: Sweep, number: number, { value, report, plot }: Ending): Promise<void> {
  const { store } = dashboard.service
  const { blobs } = dashboard.service.services
  const { id: job, token } = (await store.claimJob(trials[number - 1]?.job ?? '', 60_000)) ?? { id: '', token: 0 }
  if (plot !== undefined) {
    const blobKey = `artifacts/${job}/range-test.svg`
    const { sizeBytes } = await blobs.write(blobKey, Readable.from([plot]))
    const artifact = { kind: 'range-test', blobKey, fileName: 'range-test.svg', contentType: 'image/svg+xml' }
    await store.recordJob(job, token, { events: [], metrics: [], artifact: { ...artifact, sizeBytes, sha256: job } })
  }
  const metrics = [{ key: 'val/accuracy', step: 1, value }]
  await store.recordJob(job, token, { events: [], metrics, report: report ?? { accuracy: value - 0.01 } })
  await store.moveJob(job, token, { from: ['starting'], to: 'succeeded' })
  await store.advanceSweep(id)
}

const row = (number: number) => page.locator('tbody tr').nth(number - 1)

describe('the pages of sweeps', () => {
  it('list them, and show one as it goes on: fields, values, the best trial and its chart', async () => {
    const sweep = await submit({
      name: 'rates',
      kind: 'grid',
      space: {
        '/schedule/learningRate': { values: [0.001, 0.01, 0.1] },
        '/model': { values: ['resnet20', 'resnet32'] },
      },
    })
    await end(sweep, 1, { value: 0.81 })
    await page.getByRole('link', { name: 'Sweeps' }).click()
    await page.getByRole('cell', { name: '1 of 6' }).waitFor()
    await page.getByRole('link', { name: 'rates' }).click()
    await page.getByRole('heading', { name: 'rates' }).waitFor()
    await page.locator('.chart svg').waitFor()
    expect(await page.locator('thead').first().innerText()).toMatch(/model\s+schedule\/learningRate\s+val\/accuracy/)
    expect(await row(1).innerText()).toMatch(/#1\s*best\s+succeeded\s+resnet20\s+0.001\s+0.81\s+80.00 %/)
    expect(await row(6).innerText()).toMatch(/#6\s+queued\s+resnet32\s+0.1\s+–\s+–/)

    for (const [number, value] of [0.85, 0.9, 0.86, 0.97, 0.7].entries()) await end(sweep, number + 2, { value })
    await page.getByText('succeeded', { exact: true }).nth(6).waitFor({ timeout: 10_000 })
    expect(await row(5).innerText()).toMatch(/#5\s*best/)
    expect(await page.locator('.mark').count()).toBe(1)
    await page.getByText('6 of 6 trials ended; best val/accuracy 0.97, of #5').waitFor()
    expect(await page.locator('.chart svg').textContent()).toContain('schedule/learningRate')
    expect(await page.locator('.chart svg path').count()).toBeGreaterThanOrEqual(6)
    await dashboard.screenshot('sweep.png')
  })

  it('show a range test’s plot and the rates that it suggests', async () => {
    const sweep = await submit({ name: 'range', kind: 'range-test' })
    await page.goto(`${dashboard.url}/#/sweeps/${sweep.id}`)
    await page.getByText('No chart yet.').waitFor()
    const plot = lineChart({
      x: { label: 'learning rate', type: 'log' },
      y: { label: 'loss' },
      series: [{ name: 'loss', points: [1, 0.5, 2].map((loss, i) => [0.001 * 10 ** i, loss] as const) }],
    })
    const suggestion = { base: 0.002, steepest: 0.012, maximum: 0.034 }
    await end(sweep, 1, { value: 0, plot, report: { kind: 'range-test', points: [], suggestion, ended: 'whole' } })
    await page.locator('.chart svg').waitFor({ timeout: 10_000 })
    expect(await page.locator('.chart svg').textContent()).toContain('learning rate')
    expect(await page.locator('.numbers').innerText()).toMatch(/0.002\s+base.*\s0.012\s+steepest.*\s0.034\s+maximum/)
    await dashboard.screenshot('range-test.png')
  })

  it('lead to a trial’s job and back, and cancel a sweep that runs', async () => {
    const sweep = await submit({ name: 'late', kind: 'grid', space: { '/seed': { values: [1, 2] } } })
    await page.goto(`${dashboard.url}/#/sweeps/${sweep.id}`)
    await page.getByRole('link', { name: '#1' }).click()
    await page.getByRole('heading', { name: 'late #1' }).waitFor()
    await page.getByRole('link', { name: 'trial of a sweep' }).click()
    await page.getByRole('heading', { name: 'late', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the sweep' }).click()
    await page.getByText('canceled', { exact: true }).first().waitFor()
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0)
  })

  it('say in words what is not there, and report no error to the console', async () => {
    await page.goto(`${dashboard.url}/#/sweeps/sweep_none`)
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').innerText()).toContain('There is no sweep sweep_none')
    expect(dashboard.problems).toEqual([])
  })
})
