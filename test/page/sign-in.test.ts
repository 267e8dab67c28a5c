import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Dialog, Page } from 'playwright-core'
import type { Dataset, Page as PageOf } from '../../src/service/resources.ts'
import { startIdentityProvider, type ProviderUnderTest } from '../helpers/identity-provider.ts'
import { openPage, watched, type PageUnderTest } from '../helpers/page.ts'
import { freePort, HOST } from '../helpers/service.ts'

let provider: ProviderUnderTest
let under: PageUnderTest
let url: string
const problems: string[] = []
beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  provider = await startIdentityProvider(url)
  const { issuer, client } = provider
  under = await openPage({ port, signIn: { issuer, ...client, publicUrl: url, sessionMs: 3_600_000 } })
})
afterAll(async () => {
  await under.close()
  await provider.stop()
})

/** A browser in which nobody is signed in. */
async function strangersPage(path = '/'): Promise<Page> {
  const context = await under.browser.newContext()
  const page = await context.newPage()
  problems.push(...watched(page))
  await page.goto(url + path)
  return page
}
const withOrganisation = (page: Page) => page.getByRole('link', { name: 'Sign in with your organisation' })
const submitKey = async (page: Page, key: string): Promise<void> => {
  await page.getByLabel('API key').fill(key)
  await page.getByLabel('API key').press('Enter')
}

async function teamOf(name: string, email: string): Promise<{ id: string; headers: { authorization: string } }> {
  const { team, secret } = await under.service.services.createTeam({ name })
  const headers = { authorization: `Bearer ${secret}` }
  const payload = { email, role: 'member' }
  await under.service.app.inject({ method: 'POST', url: '/v1/team/members', headers, payload })
  return { id: team.id, headers }
}

it('signs in with a key by the keyboard, says what is wrong with one, and stays at the address that was opened', async () => {
  const page = await strangersPage('/team?tab=keys')
  await withOrganisation(page).waitFor()
  await submitKey(page, 'ak_wrong')
  await page.getByRole('alert').getByText('The API key is not known, or was revoked.').waitFor()
  await submitKey(page, ` ${under.secret} `)
  await page.getByRole('heading', { name: 'Team', level: 1 }).waitFor()
  expect(new URL(page.url()).search).toBe('?tab=keys')
  expect(
    await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])'),
  ).not.toContain(under.secret)
  await page.reload()
  await page.getByRole('heading', { name: 'Team', level: 1 }).waitFor()
  await page.getByRole('button', { name: /^first key ·/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByLabel('API key', { exact: true }).waitFor()
  expect(await page.getByText('You have been signed out').count()).toBe(0)
  await page.context().close()
})

it('says why somebody is signed out on the way', async () => {
  const { service, headers } = under
  const payload = { name: 'short-lived', scopes: ['read'] }
  const made = await service.app.inject({ method: 'POST', url: '/v1/api-keys', headers, payload })
  const { id, secret } = made.json<{ id: string; secret: string }>()
  const page = await strangersPage('/team')
  await submitKey(page, secret)
  await page.getByRole('heading', { name: 'Team', level: 1 }).waitFor()
  await service.app.inject({ method: 'DELETE', url: `/v1/api-keys/${id}`, headers })
  await page.getByRole('tab', { name: 'Trash' }).click()
  await page.getByText('You have been signed out. The API key of this session was revoked').waitFor()
  await submitKey(page, under.secret)
  await page.getByRole('heading', { name: 'Team', level: 1 }).waitFor()
  await page.context().close()
})

it('signs somebody in at the provider, back to the page that was opened, who chooses and changes the team', async () => {
  const email = 'kim@lab.example'
  provider.accounts.set('kim', { email, email_verified: true, name: 'Kim' })
  provider.current = 'kim'
  await teamOf('optics', email)
  const suspended = await teamOf('acoustics', email)
  await teamOf('x'.repeat(200), email)
  const page = await strangersPage('/datasets?q=m%C3%BCller')
  await withOrganisation(page).click()
  await page.getByRole('heading', { name: 'Choose a team' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/datasets')
  await under.service.store.suspendTeam(suspended.id, true, HOST)
  await page.reload()
  expect(await page.getByRole('button', { name: 'acoustics suspended' }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'optics' }).click()
  await page.getByRole('button', { name: 'Kim · optics' }).click()
  await page.getByRole('menuitemradio', { name: 'xxx' }).click()
  await page.getByRole('button', { name: 'Kim · xxx' }).waitFor()
  await page.getByRole('button', { name: 'Kim · xxx' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await withOrganisation(page).waitFor()
  await page.context().close()
})

it('keeps an upload in its team while another one is looked at, and asks before the page is left', async () => {
  const { service } = under
  const email = 'ann@lab.example'
  provider.accounts.set('ann', { email, email_verified: true, name: 'Ann' })
  provider.current = 'ann'
  const [biology, chemistry] = [await teamOf('biology', email), await teamOf('chemistry', email)]
  const path = join(service.folder, 'cells.zip')
  await writeFile(path, Buffer.alloc(20_000_000, 7))
  const page = await strangersPage('/datasets')
  let goOn = (): void => undefined
  const held = new Promise<void>((resolve) => (goOn = resolve))
  const offsets: string[] = []
  await page.route('**/v1/uploads/*', async (route) => {
    const offset = route.request().headers()['upload-offset']
    if (route.request().method() === 'PATCH' && offset !== undefined) {
      offsets.push(offset)
      if (offset !== '0') await held
    }
    await route.continue()
  })
  await withOrganisation(page).click()
  await page.getByRole('button', { name: 'biology' }).click()
  await page.getByLabel('Choose an archive').setInputFiles(path)
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  await expect.poll(() => offsets.length, { timeout: 20_000 }).toBe(2)
  await page.getByRole('button', { name: 'Ann · biology' }).click()
  await page.getByRole('menuitemradio', { name: 'chemistry' }).click()
  await page.getByRole('button', { name: 'Ann · chemistry' }).waitFor()
  await page.getByRole('link', { name: 'Data sets', exact: true }).click()
  const upload = page.getByRole('list', { name: 'Uploads of this tab' }).getByRole('listitem')
  await upload.getByText('for biology').waitFor()
  const asked = page.waitForEvent('dialog')
  page.on('dialog', (dialog: Dialog) => void dialog.dismiss())
  await page.close({ runBeforeUnload: true })
  expect((await asked).type()).toBe('beforeunload')
  goOn()
  await upload.getByText('sent', { exact: true }).waitFor()
  expect(await upload.getByRole('link').count()).toBe(0)
  const listed = async ({ headers }: typeof biology): Promise<string[]> =>
    (await service.app.inject({ url: '/v1/datasets', headers })).json<PageOf<Dataset>>().data.map(({ name }) => name)
  expect([await listed(biology), await listed(chemistry)]).toEqual([['cells'], []])
  await page.context().close()
})

it('shows a suspended team that it is, and is good to look at', async () => {
  const { service, page } = under
  const open = async (path: string): Promise<void> => {
    await page.goto(url + path)
    await page.waitForLoadState('networkidle')
  }
  const { id = '' } = (await service.store.teams({ limit: 500 })).data.find(({ name }) => name === 'test') ?? {}
  await service.store.suspendTeam(id, true, HOST)
  await open('/jobs')
  await page.getByText('test is suspended.').waitFor()
  await service.store.suspendTeam(id, false, HOST)
  await page.context().clearCookies()
  await open('/jobs')
  await submitKey(page, 'ak_wrong')
  await page.getByRole('alert').waitFor()
  await under.inspect('sign-in')
  provider.current = 'kim'
  await page.evaluate('localStorage.removeItem("anneal-team")')
  await withOrganisation(page).click()
  await page.getByRole('heading', { name: 'Choose a team' }).waitFor()
  await under.inspect('team-choice')
  expect([...problems, ...under.problems]).toEqual([])
})
