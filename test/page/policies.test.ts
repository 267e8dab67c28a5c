import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sweep } from '../../src/service/sweep-resources.ts'
import { openPage, type PageUnderTest } from '../helpers/page.ts'

const POLICY = [
  [
    { op: 'Rotate', probability: 0.4, magnitude: 8 },
    { op: 'Solarize', probability: 1, magnitude: 2 },
  ],
  [{ op: 'Invert', probability: 0.3 }],
]

let ui: PageUnderTest
let page: Page
beforeAll(async () => {
  ui = await openPage()
  page = ui.page
  page.setDefaultTimeout(10_000)
})
afterAll(() => ui.close())

async function post(path: string, payload: object): Promise<string> {
  const response = await ui.service.app.inject({ method: 'POST', url: `/v1${path}`, headers: ui.headers, payload })
  expect([201, 202], response.body).toContain(response.statusCode)
  return response.body
}

/** A search that has ended, as a worker leaves it. */
async function searched(saveAs: string): Promise<Sweep> {
  const request = { dataset: ui.dataset, kind: 'policy-search', name: saveAs, policySearch: { saveAs } }
  const sweep = JSON.parse(await post('/sweeps', request)) as Sweep
  const { store } = ui.service
  const claim = await store.claimJob(sweep.trials[0]?.job ?? '', 60_000)
  if (claim === undefined) throw new Error('The job cannot be claimed.')
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
const field = (name: string) => page.getByLabel(name, { exact: true })
const preview = () => page.getByAltText(/augmented versions of it/)

describe('the pages of augmentation and its policies', () => {
  it('show what pieces make of images', async () => {
    await ui.open(`/augmentation?dataset=${ui.dataset}`)
    await preview().waitFor()
    await field('Add to augment').selectOption('grayscale')
    await page.locator('.piece-title', { hasText: 'grayscale' }).waitFor()
    await page.getByRole('button', { name: 'Other images' }).click()
    expect(await field('Seed').inputValue()).toBe('1')
    await page.getByText('Drawing…').waitFor({ state: 'detached' })
    await preview().waitFor()
    await ui.inspect('augmentation')
  })

  it('say how a policy is made where there is none', async () => {
    await page.getByRole('link', { name: 'Saved policies' }).click()
    await page.getByText('No policies yet.').waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Search for a policy' }).first().click()
    await field('Save as').waitFor()
    expect(await field('What to run').inputValue()).toBe('policy-search')
  })

  it('list them with what their searches measured', async () => {
    await post('/policies', { name: 'by-hand.v2', policy: { numOps: 2, magnitude: 9 } })
    const sweep = await searched('found')
    await ui.open('/policies')
    await row('found').waitFor()
    expect(await row('found').innerText()).toMatch(/^found\s+density-matching\s+0.1250\s+0.5000\s+job_/)
    expect(await row('by-hand.v2').innerText()).toMatch(/^by-hand.v2\s+saved by hand\s+–\s+–\s+–/)
    await ui.inspect('policies')
    await ui.open(`/sweeps/${sweep.id}`)
    await page.getByRole('main').getByRole('link', { name: 'found', exact: true }).click()
    await page.getByRole('heading', { name: 'found' }).waitFor()
  })

  it('show one: its sub-policies in words, its losses, and images under it', async () => {
    await ui.open(`/policies/found?dataset=${ui.dataset}`)
    await preview().waitFor()
    await page
      .getByText('rotate with probability 0.4, magnitude 8 of 9; then solarize always, magnitude 2 of 9')
      .waitFor()
    await page.getByText('invert with probability 0.3').waitFor()
    expect(await page.locator('.facts').innerText()).toMatch(/as they are\s+0.1250\s+Under the policy\s+0.5000/)
    await ui.inspect('policy')
    await page.getByRole('link', { name: 'Use in a new job' }).click()
    expect(await field('As JSON').inputValue()).toContain('"policy": "found"')
  })

  it('show the numbers of RandAugment, and delete a policy once that is confirmed', async () => {
    await ui.open('/policies/by-hand.v2')
    await page.getByText('2 operations per image, drawn uniformly, of magnitude 9 of 30.').waitFor()
    const dialog = page.getByRole('dialog')
    const remove = page.getByRole('button', { name: 'Delete', exact: true })
    await remove.click()
    await dialog.getByRole('button', { name: 'Keep as it is' }).click()
    await dialog.waitFor({ state: 'detached' })
    await remove.click()
    await dialog.getByRole('button', { name: 'Delete the policy' }).click()
    await page.getByRole('heading', { name: 'Policies' }).waitFor()
    await row('found').waitFor()
    expect(await row('by-hand.v2').count()).toBe(0)
  })

  it('say in words what is not there, and report no error to the console', async () => {
    await ui.open('/policies/by-hand.v2')
    await page.getByRole('alert').getByText('There is no policy by-hand.v2').waitFor()
    expect(ui.problems).toEqual([])
  })
})
