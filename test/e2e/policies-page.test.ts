import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sweep } from '../../src/service/sweep-resources.ts'
import { openDashboard, type DashboardUnderTest } from '../helpers/dashboard.ts'

const POLICY = [
  [
    { op: 'Rotate', probability: 0.4, magnitude: 8 },
    { op: 'Solarize', probability: 1, magnitude: 2 },
  ],
  [{ op: 'Invert', probability: 0.3 }],
]

let dashboard: DashboardUnderTest
let page: Page
beforeAll(async () => {
  dashboard = await openDashboard()
  page = dashboard.page
})
afterAll(() => dashboard.close())

async function post(path: string, payload: object): Promise<{ body: string }> {
  const { service, headers } = dashboard
  const response = await service.app.inject({ method: 'POST', url: `/v1${path}`, headers, payload })
  expect([201, 202], response.body).toContain(response.statusCode)
  return response
}

/** A search that has ended, as a worker leaves it. */
async function searched(saveAs: string): Promise<Sweep> {
  const request = { dataset: dashboard.dataset, kind: 'policy-search', name: saveAs, policySearch: { saveAs } }
  const sweep = JSON.parse((await post('/sweeps', request)).body) as Sweep
  const { store } = dashboard.service
  const claim = (await store.claimJob(sweep.trials[0]!.job, 60_000))!
  const folds = [{ images: 10, trials: 7, clean: 0.125, policy: 0.5, kept: [] }]
  await store.recordJob(claim.id, claim.token, {
    events: [],
    metrics: [{ key: 'train/accuracy', step: 1, value: 0.5 }],
    report: { kind: 'policy-search', method: 'density-matching', ended: 'whole', policy: POLICY, folds },
  })
  await store.moveJob(claim.id, claim.token, { from: ['starting'], to: 'succeeded' })
  await store.advanceSweep(sweep.id)
  return sweep
}

const row = (name: string) => page.locator('tbody tr', { has: page.getByRole('link', { name, exact: true }) })

describe('the pages of policies', () => {
  it('say how a policy is made where there is none', async () => {
    await page.getByRole('link', { name: 'Policies' }).click()
    await page.getByText('No policies yet.').waitFor()
    await page.getByText('"policySearch": {"saveAs": "mine"}').waitFor()
  })

  it('list them with what their searches measured', async () => {
    await post('/policies', { name: 'by-hand.v2', policy: { numOps: 2, magnitude: 9 } })
    const sweep = await searched('found')
    await row('found').waitFor({ timeout: 10_000 })
    expect(await row('found').innerText()).toMatch(/^found\s+density-matching\s+0.1250\s+0.5000\s+job_/)
    expect(await row('by-hand.v2').innerText()).toMatch(/^by-hand.v2\s+saved by hand\s+–\s+–\s+–/)
    await dashboard.screenshot('policies.png')
    await page.goto(`${dashboard.url}/#/sweeps/${sweep.id}`)
    await page.getByText('What was found is saved for the team').waitFor()
    await page.getByRole('link', { name: 'the team’s policies' }).click()
    await row('found').waitFor()
  })

  it('show one: its sub-policies, its losses, and a data set’s images under it', async () => {
    await row('found').getByRole('link', { name: 'found' }).click()
    await page.getByRole('heading', { name: 'found' }).waitFor()
    await page.getByAltText('Images of the data set, and beside each what the augmentations make of it').waitFor()
    expect(await page.locator('.numbers').innerText()).toMatch(/0.1250\s.*as they are\s+0.5000\s+under the policy/)
    expect(await page.locator('tbody tr').first().innerText()).toMatch(
      /^1\s+Rotate 40 % of the images, magnitude 8\s+Solarize 100 % of the images, magnitude 2$/,
    )
    expect(await page.locator('tbody tr').nth(1).innerText()).toMatch(/^2\s+Invert 30 % of the images/)
    await page.getByLabel('Seed').fill('3')
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByRole('button', { name: 'Preview', disabled: false }).waitFor()
    await dashboard.screenshot('policy.png')
    await page.getByRole('link', { name: 'try it with other augmentations' }).click()
    expect(await page.getByLabel('Augmentations').inputValue()).toContain('"policy": "found"')
  })

  it('show rand-augment’s numbers, and delete a policy once that is confirmed', async () => {
    await page.goto(`${dashboard.url}/#/policies/by-hand.v2`)
    await page.getByText('2 operations an image, drawn evenly, of magnitude 9 of 30.').waitFor()
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByRole('button', { name: 'Keep it as it is' }).click()
    await page.getByRole('heading', { name: 'by-hand.v2' }).waitFor()
    await page.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByRole('button', { name: 'Delete the policy' }).click()
    await page.getByRole('heading', { name: 'Policies' }).waitFor()
    await row('found').waitFor()
    expect(await row('by-hand.v2').count()).toBe(0)
  })

  it('say in words what is not there, and report no error to the console', async () => {
    await page.goto(`${dashboard.url}/#/policies/by-hand.v2`)
    await page.getByRole('alert').getByText('There is no policy by-hand.v2').waitFor()
    expect(dashboard.problems).toEqual([])
  })
})
