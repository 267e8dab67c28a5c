import { readFile } from 'node:fs/promises'
import { Client } from 'pg'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Job } from '../../src/service/resources.ts'
import { openPage, type PageUnderTest } from '../helpers/page.ts'

const LONG = '漢字 und sehr lange Namen '.repeat(8).slice(0, 200)

let under: PageUnderTest
let job: string
beforeAll(async () => {
  under = await openPage({ trashMs: 30 * 86_400_000 })
  const { service, headers, dataset } = under
  const payload = { dataset, batchSize: 8, name: LONG }
  job = (await service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })).json<Job>().id
  await service.app.inject({ method: 'POST', url: `/v1/jobs/${job}/cancel`, headers })
  const { id: teamId } = (await service.app.inject({ url: '/v1/team', headers })).json<{ id: string }>()
  const database = new Client({ connectionString: service.database.url })
  await database.connect()
  for (const daysAgo of [0, 3])
    await database.query(
      `INSERT INTO "DeviceUsage" ("jobId", "attempt", "day", "teamId", "deviceKind", "seconds")
       VALUES ($1, $2, (now() AT TIME ZONE 'UTC')::date - $2::int, $3, 'cpu', 4000)`,
      [job, daysAgo, teamId],
    )
  await database.end()
})
afterAll(() => under.close())

const open = (tab: string) => under.open(`/team?tab=${tab}`)
const row = (text: string): Locator => under.page.getByRole('row').filter({ hasText: text })
const dialog = (): Locator => under.page.getByRole('dialog')
const press = (name: string): Promise<void> => under.page.getByRole('button', { name, exact: true }).click()
/** In the dialog or alert dialog that is open. */
const confirm = (name: string): Promise<void> => dialog().getByRole('button', { name, exact: true }).click()

it('invites, changes and removes members', async () => {
  const { page } = under
  await open('members')
  await page.getByText('The team has no members.').waitFor()
  await page.getByText('This service has no identity provider').waitFor()
  await page.getByRole('button', { name: 'Invite' }).first().click()
  await page.getByLabel('Email').fill('Ada@Lab.Example')
  await page.getByLabel('Role').selectOption('viewer')
  await page.getByLabel('Email').press('Enter')
  await row('ada@lab.example').getByText('invited').waitFor()
  await page.getByLabel('Role of ada@lab.example').selectOption('owner')
  await page.getByText('The role of ada@lab.example has changed.').waitFor()
  await press('Invite')
  await page.getByLabel('Email').fill('ada@lab.example')
  await confirm('Invite')
  await dialog().getByRole('alert').getByText('of the team already').waitFor()
  await page.keyboard.press('Escape')
  await press('Remove ada@lab.example')
  await confirm('Remove')
  await dialog().getByRole('alert').getByText('is the last owner of the team').waitFor()
  await confirm('Keep as it is')
  await press('Invite')
  await page.getByLabel('Email').fill('ben@lab.example')
  await confirm('Invite')
  await press('Remove ben@lab.example')
  await confirm('Remove')
  await row('ben@lab.example').waitFor({ state: 'detached' })
  await under.inspect('team-members')
})

it('makes, rotates and revokes keys, whose secret is shown once', async () => {
  const { page, service } = under
  await open('keys')
  await row('first key').getByText('this session').waitFor()
  await press('New key')
  await page.getByRole('textbox', { name: 'Name' }).fill(LONG)
  await page.getByLabel('write: upload').uncheck()
  await page.getByLabel('Expires').selectOption('30')
  await under.inspect('team-new-key')
  await confirm('Create')
  const secret = (await dialog().getByRole('region', { name: 'The new API key' }).textContent()) ?? ''
  const authorization = `Bearer ${secret.trim()}`
  const calls = (url: string, method: 'GET' | 'POST' = 'GET') =>
    service.app.inject({ url, method, headers: { authorization }, ...(method === 'POST' ? { payload: {} } : {}) })
  expect((await calls('/v1/jobs')).statusCode).toBe(200)
  expect((await calls('/v1/jobs', 'POST')).statusCode).toBe(403)
  await confirm('I have copied it')
  expect(await page.getByText(secret).count()).toBe(0)
  await row(LONG).getByText('in 29 days').waitFor()
  await row(LONG).getByRole('button', { name: 'Rotate' }).click()
  await page.getByLabel('Overlap, hours').fill('0')
  await confirm('Rotate')
  await dialog().getByRole('region', { name: 'The new API key' }).waitFor()
  await confirm('I have copied it')
  expect((await calls('/v1/jobs')).statusCode).toBe(401)
  await row(LONG).getByRole('button', { name: 'Revoke' }).click()
  await confirm('Revoke')
  await row(LONG).waitFor({ state: 'detached' })
  await press('New key')
  await page.getByRole('textbox', { name: 'Name' }).fill(LONG)
  await confirm('Create')
  await confirm('I have copied it')
  await under.inspect('team-keys')
})

it('shows the quota, and usage by day, job and other things, as a file too', async () => {
  const { page } = under
  await open('usage')
  await page.getByText('API keys', { exact: true }).last().waitFor()
  await page.getByRole('img', { name: 'at most 1 h 6 min' }).waitFor()
  await under.inspect('team-usage')
  await page.getByLabel('By', { exact: true }).selectOption('job')
  await page.getByRole('link', { name: job }).waitFor()
  await row(job).getByText('2 h 13 min').waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), press('Download CSV')])
  expect(await readFile(await download.path(), 'utf8')).toContain(job)
  await page.getByLabel('From').fill('2020-01-01')
  await page.getByLabel('To').fill('2020-01-05')
  await page.getByText('No job has used a device in these days.').waitFor()
  await page.reload()
  await page.getByText('No job has used a device in these days.').waitFor()
})

it('lists the audit log by what is asked for, page by page, with all of an entry, and as a file', async () => {
  const { page, service, headers } = under
  for (let i = 0; i < 55; i++)
    await service.app.inject({ method: 'PATCH', url: '/v1/team', headers, payload: { name: `name ${i}` } })
  await open('audit')
  await page.getByText('50 entries shown').waitFor()
  await press('Show more')
  await page.getByLabel('Action').fill('cancelJob')
  await page.getByLabel('Action').press('Enter')
  await row('cancelJob').waitFor()
  expect(await page.getByRole('row').count()).toBe(2)
  await page.reload()
  await row('cancelJob').getByRole('button', { name: 'Details' }).click()
  await dialog().getByRole('region', { name: 'After' }).getByText('canceled').waitFor()
  await under.inspect('team-audit-entry')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Download' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'As JSON lines' }).click(),
  ])
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { action: string }).action)).toEqual(['cancelJob'])
  await press('Clear')
  await page.getByText('50 entries shown').waitFor()
  await under.inspect('team-audit')
})

it('makes webhooks, tests and changes them, and shows what became of messages', async () => {
  const { page } = under
  await open('webhooks')
  await page.getByRole('button', { name: 'New webhook' }).first().click()
  await page.getByLabel('Address').fill('https://hooks.example/anneal')
  await page.getByLabel('Description').fill(LONG)
  await page.getByLabel('job.failed').check()
  await under.inspect('team-new-webhook')
  await confirm('Create')
  await dialog().getByRole('region', { name: 'The secret of the webhook' }).waitFor()
  await confirm('I have copied it')
  await row('hooks.example').getByText('job.failed').waitFor()
  const act = async (name: string): Promise<void> => {
    await row('hooks.example').getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name }).click()
  }
  await act('Send a test message')
  await page.getByText('A test message is on its way').waitFor()
  await row('hooks.example').getByRole('button', { name: 'Messages' }).click()
  await dialog().getByText('webhook.test').waitFor()
  await under.inspect('team-messages')
  await page.keyboard.press('Escape')
  await act('Disable')
  await row('hooks.example').getByText('disabled', { exact: true }).waitFor()
  await act('Rotate the secret')
  await confirm('Rotate')
  await dialog().getByRole('region', { name: 'The new secret' }).waitFor()
  await confirm('I have copied it')
  await under.inspect('team-webhooks')
  await act('Delete')
  await confirm('Delete')
  await page.getByText('No address is told of anything.').waitFor()
})

it('sets rules of retention, and says before what they would delete', async () => {
  const { page, service, headers } = under
  await open('retention')
  await page.getByLabel('Delete ended jobs').check()
  await page.getByLabel('Days after the end', { exact: true }).fill('0')
  await press('Preview')
  await row(LONG.slice(0, 20)).waitFor()
  await page.getByLabel('Tags of jobs that are kept').fill('keep, paper')
  await page.getByLabel('Days after the end', { exact: true }).fill('90')
  await page.getByLabel('Delete checkpoints of ended jobs').check()
  await under.inspect('team-retention')
  await press('Set the rules')
  await page.getByText('The rules are set.').waitFor()
  expect((await service.app.inject({ url: '/v1/team/retention', headers })).json()).toEqual({
    checkpoints: { olderThanDays: 30, keep: ['best', 'last'] },
    jobs: { olderThanDays: 90, states: ['failed', 'canceled'], keepNewest: 0 },
    keepTags: ['keep', 'paper'],
  })
})

it('shows what is stored, and brings back what was deleted', async () => {
  const { page, service, headers } = under
  await open('storage')
  await row('dataset').waitFor()
  await page.getByLabel('By', { exact: true }).selectOption('dataset')
  await page.getByRole('link', { name: 'shapes' }).waitFor()
  await under.inspect('team-storage')
  await open('trash')
  await page.getByText('Nothing is in the trash.').waitFor()
  await service.app.inject({ method: 'DELETE', url: `/v1/jobs/${job}`, headers })
  await open('trash')
  await row(job).getByText('in 29 days').waitFor()
  await under.inspect('team-trash')
  await row(job).getByRole('button', { name: 'Restore' }).click()
  await page.getByText('Nothing is in the trash.').waitFor()
  expect((await service.app.inject({ url: `/v1/jobs/${job}`, headers })).statusCode).toBe(200)
  await service.app.inject({ method: 'DELETE', url: `/v1/jobs/${job}`, headers })
  await open('trash')
  await row(job).getByRole('button', { name: 'Remove' }).click()
  await confirm('Remove for good')
  await page.getByText('Nothing is in the trash.').waitFor()
})

it('renames the team, goes by the keyboard, and shows whoever may not what they may not', async () => {
  const { page, service, headers, secret } = under
  await open('members')
  await press('Rename')
  await page.getByRole('textbox', { name: 'Name' }).fill(LONG)
  await confirm('Rename')
  await page.getByText(LONG).first().waitFor()
  await page.getByRole('tab', { name: 'Members' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'API keys of the team' }).waitFor()
  const payload = { name: 'reader', scopes: ['read'] }
  const made = await service.app.inject({ method: 'POST', url: '/v1/api-keys', headers, payload })
  await page.getByRole('button', { name: 'first key ·' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  for (const key of [made.json<{ secret: string }>().secret, secret]) {
    await page.getByLabel('API key', { exact: true }).fill(key)
    await page.getByLabel('API key', { exact: true }).press('Enter')
    await page.getByRole('heading', { name: 'Team', level: 1 }).waitFor()
    if (key === secret) break
    await page.getByText('The keys of the whole team are for owners of the team.').waitFor()
    expect(await page.getByRole('button', { name: 'Rename' }).count()).toBe(0)
    await open('audit')
    await page.getByText('The audit log is for owners of the team.').waitFor()
    await under.inspect('team-reader')
    await page.getByRole('button', { name: 'reader ·' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
  }
  expect(under.problems).toEqual([])
})
