import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Job } from '../../src/service/resources.ts'
import { openPage, type PageUnderTest } from '../helpers/page.ts'
import { aWorker, HOST } from '../helpers/service.ts'

const OPERATOR = { name: 'ada', token: 'a token of an operator of the tests' }
const LONG = 'Ein Team mit einem wirklich sehr langen Namen '.repeat(5).slice(0, 200)
const GIB = 2 ** 30

let under: PageUnderTest
const jobs: string[] = []
const worker = aWorker({
  name: 'gpu-node-17:4242',
  devices: [
    { name: 'NVIDIA H200', kind: 'gpu', memoryBytes: 139 * GIB },
    { name: 'NVIDIA H200', kind: 'gpu', memoryBytes: null },
  ],
  pools: ['default', 'vision'],
  labels: ['nvlink'],
})
beforeAll(async () => {
  under = await openPage({ operators: [OPERATOR], trashMs: 30 * 86_400_000 })
  const { service, headers, dataset } = under
  await service.store.registerWorker(worker)
  for (const fields of [{ name: 'runs' }, { name: 'next' }, { name: LONG, resources: { pool: 'elsewhere' } }]) {
    const payload = { dataset, batchSize: 8, ...fields }
    jobs.push((await service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })).json<Job>().id)
  }
  await service.store.claimNextJob(600_000, { kind: 'gpu', count: 1, workerId: worker.id })
})
afterAll(() => under.close())

/** A worker that is not heard of for a while counts as gone. */
async function open(tab: string): Promise<void> {
  await under.service.store.renewWorker(worker.id)
  await under.open(`/admin?tab=${tab}`)
}
const row = (text: string): Locator => under.page.getByRole('row').filter({ hasText: text })
const dialog = (): Locator => under.page.getByRole('dialog')
const press = (name: string): Promise<void> => under.page.getByRole('button', { name, exact: true }).click()
const confirm = (name: string): Promise<void> => dialog().getByRole('button', { name, exact: true }).click()

it('is for whoever has the token of an operator, and keeps it nowhere', async () => {
  const { page } = under
  await open('teams')
  await page.getByLabel('Token of an operator').fill('a wrong one')
  await page.getByLabel('Token of an operator').press('Enter')
  await page.getByRole('alert').getByText('The token belongs to no operator of this service.').waitFor()
  await under.inspect('admin-sign-in')
  await page.getByLabel('Token of an operator').fill(OPERATOR.token)
  await page.getByLabel('Token of an operator').press('Enter')
  await page.getByText('as ada').waitFor()
  const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')
  expect(kept).not.toContain(OPERATOR.token)
  await page.reload()
  await page.getByText('as ada').waitFor()
})

it('makes teams, gives them limits and a weight, suspends, deletes and restores them', async () => {
  const { page, service } = under
  await open('teams')
  await press('New team')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(LONG)
  await page.getByLabel('Email of its first owner').fill('kim@lab.example')
  await confirm('Create')
  const secret = (await dialog().getByRole('region', { name: 'The first API key of the team' }).textContent()) ?? ''
  await confirm('I have copied it')
  const authorization = `Bearer ${secret.trim()}`
  const call = () => service.app.inject({ url: '/v1/team', headers: { authorization } })
  expect((await call()).statusCode).toBe(200)
  await row(LONG).getByRole('button', { name: 'Quota' }).click()
  await page.getByLabel('Weight').fill('2.5')
  await page.getByRole('spinbutton', { name: 'Running jobs' }).fill('4')
  await under.inspect('admin-quota')
  await confirm('Save')
  await row(LONG).getByText('2.5', { exact: true }).waitFor()
  await row(LONG).getByText('0 of 4').waitFor()
  await row(LONG).getByRole('button', { name: 'Quota' }).click()
  await page.getByRole('spinbutton', { name: 'Running jobs' }).fill('')
  await confirm('Save')
  await row(LONG).getByText('0 of 4').waitFor({ state: 'detached' })
  await row(LONG).getByRole('button', { name: 'Suspend' }).click()
  await confirm('Suspend the team')
  await row(LONG).getByText('suspended', { exact: true }).waitFor()
  expect((await call()).json()).toMatchObject({ code: 'team_suspended' })
  await under.inspect('admin-teams')
  await row(LONG).getByRole('button', { name: 'Delete' }).click()
  await confirm('Delete the team')
  await row(LONG).waitFor({ state: 'detached' })
  await page.getByRole('tab', { name: 'Deleted teams' }).click()
  await under.inspect('admin-deleted')
  await row(LONG).getByRole('button', { name: 'Restore' }).click()
  await page.getByText('No deleted team can be restored.').waitFor()
  await page.getByRole('tab', { name: 'Teams', exact: true }).click()
  await row(LONG).getByRole('button', { name: 'Resume' }).click()
  await row(LONG).getByText('active', { exact: true }).waitFor()
  expect((await call()).statusCode).toBe(200)
})

it('shows workers with what they have and run, and cordons and drains them', async () => {
  await open('workers')
  const own = row('gpu-node-17:4242')
  for (const text of ['GPU NVIDIA H200, 149 GB', 'default, vision', 'nvlink', jobs[0]!, '0 of 1 device free'])
    await own.getByText(text).first().waitFor()
  await own.getByRole('button', { name: 'Cordon' }).click()
  await own.getByText('cordoned').waitFor()
  await own.getByRole('button', { name: 'Uncordon' }).click()
  await own.getByText('active').waitFor()
  await under.inspect('admin-workers')
})

it('shows the whole queue in the order of its claims, and why each job waits', async () => {
  const { page, service, headers } = under
  await open('queue')
  await page.getByText('2 jobs wait.').waitFor()
  const rows = await page.getByRole('row').allTextContents()
  expect(rows[1]).toContain(jobs[1])
  expect(rows[1]).toContain('turn')
  expect(rows[2]).toContain('for the pool elsewhere')
  await under.inspect('admin-queue')
  const { id } = (await service.app.inject({ url: '/v1/team', headers })).json<{ id: string }>()
  await service.store.suspendTeam(id, true, HOST)
  await row(jobs[1]!).getByText('suspension').waitFor()
  await service.store.suspendTeam(id, false, HOST)
})

it('shows what everybody has changed, by the keyboard too, drains, and signs out', async () => {
  const { page } = under
  await open('workers')
  await page.getByRole('tab', { name: 'Workers' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await row('uncordonWorker').waitFor()
  await page.getByLabel('Action').fill('cordonWorker')
  await page.getByLabel('Action').press('Enter')
  await row('uncordonWorker').waitFor({ state: 'detached' })
  await row('cordonWorker').getByRole('button', { name: 'Details' }).click()
  await dialog().getByText('ada (operator ada)').waitFor()
  await page.keyboard.press('Escape')
  await under.inspect('admin-audit')
  await open('workers')
  await press(`Drain ${worker.name}`)
  await confirm('Drain')
  await row(worker.name).getByText('ends with its work').waitFor()
  await press('Sign out ada')
  await page.getByLabel('Token of an operator').waitFor()
  await page.reload()
  await page.getByLabel('Token of an operator').waitFor()
  expect(under.problems).toEqual([])
})
