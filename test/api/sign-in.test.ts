import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { Browser, startIdentityProvider, type Account, type ProviderUnderTest } from '../helpers/identity-provider.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

const PUBLIC_URL = 'https://anneal.example'

let provider: ProviderUnderTest
let service: ServiceUnderTest
/** All that was logged. */
let logged = ''
beforeAll(async () => {
  provider = await startIdentityProvider(PUBLIC_URL)
  const { issuer, client } = provider
  const log = pino({ level: 'trace' }, { write: (line: string) => void (logged += line) })
  service = await startService({ signIn: { issuer, ...client, publicUrl: PUBLIC_URL, sessionMs: 3_600_000 }, log })
})
afterAll(async () => {
  await service.stop()
  await provider.stop()
})

type Team = Awaited<ReturnType<ServiceUnderTest['team']>>

let people = 0
/** Somebody whom the provider knows. */
function person(account: Account = {}): { subject: string; email: string } {
  const subject = `person-${++people}`
  const email = account.email ?? `${subject}@lab.example`
  provider.accounts.set(subject, { email, email_verified: true, name: subject, ...account })
  return { subject, email }
}

async function invite({ headers }: Team, email: string, role = 'member'): Promise<string> {
  const url = '/v1/team/members'
  const response = await service.app.inject({ method: 'POST', url, headers, payload: { email, role } })
  expect(response.statusCode, response.body).toBe(201)
  return response.json<{ id: string }>().id
}

const browser = (): Browser => new Browser(service.app, provider)

/** Somebody who was invited to a team, signed in. */
async function signedIn(team: Team, role = 'member') {
  const someone = person()
  const member = await invite(team, someone.email, role)
  const own = browser()
  expect((await own.signIn(someone.subject)).statusCode).toBe(303)
  return { ...someone, member, browser: own }
}

describe('signing in', () => {
  it('gives whoever was invited a session in a cookie that no script reads, and their role', async () => {
    const team = await service.team()
    const { subject, email } = person()
    await invite(team, email.toUpperCase(), 'viewer')
    const own = browser()
    const response = await own.signIn(subject)
    expect([response.statusCode, response.headers.location]).toEqual([303, '/'])
    const [cookie] = response.cookies.filter(({ name }) => name === 'anneal_session')
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' })
    expect((await own.call('GET', '/v1/session')).json()).toMatchObject({
      person: { email, name: subject },
      teams: [{ id: team.id, role: 'viewer', suspended: false }],
    })
    expect((await own.call('GET', '/v1/jobs')).statusCode).toBe(200)
    const headers = await own.csrf()
    expect((await own.call('POST', '/v1/jobs', { payload: {}, headers })).json()).toMatchObject({
      status: 403,
      detail: 'The role lacks the scope `write`.',
    })
    const kept = JSON.stringify(await service.store.wholeAuditLog({ limit: 500 }))
    expect(logged).toContain('change_requested')
    for (const secret of [cookie!.value, headers['x-csrf-token']!, provider.client.clientSecret, team.secret])
      expect(kept + logged).not.toContain(secret)
    expect(await service.store.session(cookie!.value)).toBeUndefined()
  })

  it('leads back to a path of this service alone', async () => {
    const begin = (to: string) => browser().call('GET', `/v1/sign-in?to=${encodeURIComponent(to)}`)
    expect((await begin('/jobs/job_1?tab=log')).statusCode).toBe(302)
    for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example', '/\t/evil.example', ''])
      expect((await begin(to)).statusCode, to).toBe(400)
    const { subject, email } = person()
    await invite(await service.team(), email)
    const own = browser()
    const back = await own.atProvider(subject)
    const pending = JSON.parse(Buffer.from(own.cookies.get('anneal_sign_in')!, 'base64url').toString()) as object
    const changed = JSON.stringify({ ...pending, to: '//evil.example' })
    own.cookies.set('anneal_sign_in', Buffer.from(changed).toString('base64url'))
    expect((await own.call('GET', back)).headers.location).toBe('/')
  })

  it('is refused with another state, another browser, and a code that was used or has expired', async () => {
    const team = await service.team()
    const { subject, email } = person()
    await invite(team, email)
    const own = browser()
    const back = await own.atProvider(subject)
    const changed = new URL(back, PUBLIC_URL)
    changed.searchParams.set('state', 'another')
    const wrong = await own.call('GET', `${changed.pathname}${changed.search}`)
    expect(wrong.json()).toMatchObject({ status: 401, code: 'unauthorized' })
    expect((await browser().call('GET', back)).json()).toMatchObject({ status: 401 })

    const used = await own.atProvider(subject)
    const pending = own.cookies.get('anneal_sign_in')!
    expect((await own.call('GET', used)).statusCode).toBe(303)
    own.cookies.set('anneal_sign_in', pending)
    expect((await own.call('GET', used)).json()).toMatchObject({ status: 401, code: 'unauthorized' })

    provider.codeSeconds = 1
    const late = await own.atProvider(subject)
    provider.codeSeconds = 60
    await setTimeout(2100)
    expect((await own.call('GET', late)).json()).toMatchObject({ status: 401, code: 'unauthorized' })
    expect((await own.call('GET', '/v1/sign-in/callback?error=access_denied')).json()).toMatchObject({ status: 401 })

    const url = '/v1/sign-in/callback?error=access_denied&error_description=%3Cscript%3E'
    const page = await service.app.inject({ url, headers: { accept: 'text/html,*/*;q=0.8' } })
    expect([page.statusCode, page.headers['content-type']]).toEqual([401, 'text/html; charset=utf-8'])
    expect(page.body).toContain('<a href="/v1/sign-in">Try again</a>')
    expect(page.body).not.toContain('<script>')
    const session = await service.app.inject({ url: '/v1/session', headers: { accept: 'text/html' } })
    expect([session.statusCode, session.json<{ code: string }>().code]).toEqual([401, 'unauthorized'])
  })

  it('is refused to whoever was not invited, whose email is not verified, or who was removed', async () => {
    const team = await service.team()
    expect((await browser().signIn(person().subject)).json()).toMatchObject({
      status: 403,
      detail: expect.stringContaining('is in no team') as string,
    })
    const unverified = person({ email_verified: false })
    await invite(team, unverified.email)
    expect((await browser().signIn(unverified.subject)).json()).toMatchObject({
      status: 403,
      detail: expect.stringContaining('has not verified') as string,
    })
    const gone = await signedIn(team)
    const url = `/v1/team/members/${gone.member}`
    expect((await service.app.inject({ method: 'DELETE', url, headers: team.headers })).statusCode).toBe(204)
    expect((await gone.browser.call('GET', '/v1/jobs')).json()).toMatchObject({ status: 403 })
    expect((await browser().signIn(gone.subject)).statusCode).toBe(403)
  })

  it('knows people by their subject once they have joined, whatever becomes of the email', async () => {
    const team = await service.team()
    const { subject, email } = await signedIn(team)
    provider.accounts.set(subject, { email: 'other@lab.example', email_verified: false })
    expect((await browser().signIn(subject)).statusCode).toBe(303)
    const thief = person({ email })
    expect((await browser().signIn(thief.subject)).statusCode).toBe(403)
  })
})

describe('a session', () => {
  it('changes something only with the token that its own pages can read', async () => {
    const team = await service.team()
    const { browser: own } = await signedIn(team, 'owner')
    const rename = (headers: Record<string, string>) =>
      own.call('PATCH', '/v1/team', { payload: { name: 'mine' }, headers })
    expect((await rename({})).json()).toMatchObject({ status: 403, detail: expect.stringContaining('CSRF') as string })
    expect((await rename({ 'x-csrf-token': 'guessed' })).statusCode).toBe(403)
    const { browser: other } = await signedIn(team, 'owner')
    expect((await rename(await other.csrf())).statusCode).toBe(403)
    expect((await rename(await own.csrf())).json()).toMatchObject({ name: 'mine' })
    expect((await own.call('DELETE', '/v1/session')).statusCode).toBe(403)
  })

  it('ends at the time set, and at once when somebody signs out', async () => {
    const team = await service.team()
    const { browser: own } = await signedIn(team)
    const secret = own.cookies.get('anneal_session')!
    expect((await own.call('DELETE', '/v1/session', { headers: await own.csrf() })).statusCode).toBe(204)
    expect(own.cookies.has('anneal_session')).toBe(false)
    own.cookies.set('anneal_session', secret)
    expect((await own.call('GET', '/v1/jobs')).json()).toMatchObject({ status: 401, code: 'unauthorized' })
    const identity = { issuer: 'here', subject: 'late', email: 'late@lab.example' }
    await invite(team, identity.email)
    const { secret: expired } = await service.services.signIn(identity, -1000, 'request')
    own.cookies.set('anneal_session', expired)
    expect((await own.call('GET', '/v1/session')).statusCode).toBe(401)
  })

  it('is for one of several teams, which a header names', async () => {
    const [first, second, third] = [await service.team(), await service.team(), await service.team()]
    const { subject, email } = person()
    for (const team of [first, second]) await invite(team, email)
    const own = browser()
    await own.signIn(subject)
    const team = (headers: Record<string, string>) => own.call('GET', '/v1/team', { headers })
    expect((await team({})).json()).toMatchObject({ status: 400, code: 'invalid_request' })
    expect((await team({ 'x-anneal-team': second.id })).json()).toMatchObject({ id: second.id })
    expect((await team({ 'x-anneal-team': third.id })).statusCode).toBe(403)
  })

  it('makes keys of the person, which never exceed the role, and die with the membership', async () => {
    const team = await service.team()
    const { browser: own, member, email } = await signedIn(team)
    const headers = await own.csrf()
    const make = (scopes: string[]) =>
      own.call('POST', '/v1/me/api-keys', { payload: { name: 'laptop', scopes }, headers })
    expect((await make(['admin'])).json()).toMatchObject({ status: 403 })
    const made = (await make(['read', 'write'])).json<{ id: string; secret: string; member: string }>()
    expect(made.member).toBe(member)
    const byKey = { authorization: `Bearer ${made.secret}` }
    const submit = (payload: object = {}) =>
      service.app.inject({ method: 'POST', url: '/v1/jobs', headers: byKey, payload })
    const archive = await writeZip(join(service.folder, 'data.zip'), classFolders(2, 6))
    const { id: dataset } = await service.readyDataset(team.headers, await readFile(archive))
    expect((await submit({ dataset, batchSize: 4 })).json(), 'by key').toMatchObject({ submittedBy: email })
    const browsed = await own.call('POST', '/v1/jobs', { payload: { dataset, batchSize: 4 }, headers })
    expect(browsed.json(), 'in the browser').toMatchObject({ submittedBy: email })
    const url = `/v1/team/members/${member}`
    const toViewer = { method: 'PATCH' as const, url, headers: team.headers, payload: { role: 'viewer' } }
    expect((await service.app.inject(toViewer)).statusCode).toBe(200)
    expect((await submit()).statusCode).toBe(403)
    expect((await own.call('GET', '/v1/me/api-keys')).json()).toMatchObject({ data: [{ id: made.id }] })
    await service.app.inject({ method: 'DELETE', url, headers: team.headers })
    expect((await service.app.inject({ url: '/v1/jobs', headers: byKey })).statusCode).toBe(401)
    expect((await service.app.inject({ url: '/v1/me/api-keys', headers: team.headers })).statusCode).toBe(403)
  })
})
