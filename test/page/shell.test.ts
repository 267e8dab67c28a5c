import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Job } from '../../src/service/resources.ts'
import { inspect, openPage, signIn, SIZES, watched, type PageUnderTest } from '../helpers/page.ts'

const PATHS = [
  ...['/datasets', '/jobs', '/new-job', '/sweeps', '/models', '/predictions', '/augmentation', '/policies'],
  ...['/compare', '/team', '/admin'],
]
/** Of what a browser loads for one view, compressed. */
const MAX_VIEW_BYTES = 350_000

let under: PageUnderTest
let job: string
beforeAll(async () => {
  under = await openPage()
  const response = await under.service.app.inject({
    method: 'POST',
    url: '/v1/jobs',
    headers: under.headers,
    payload: { dataset: under.dataset, name: 'waiting', batchSize: 8, budget: { epochs: 1 } },
  })
  job = response.json<Job>().id
})
afterAll(() => under.close())
beforeEach(async () => {
  await under.page.unrouteAll()
  await under.page.setViewportSize(SIZES.desktop)
})

describe('the page', () => {
  it('is walked through by keyboard: content, pages, and what a link leads to', async () => {
    const { page } = under
    await under.open('/jobs')
    await page.keyboard.press('Tab')
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('main')
    const models = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Models' })
    await models.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor()
    await expect.poll(() => page.title()).toBe('Models – Anneal')
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('main')
    expect(await models.getAttribute('aria-current')).toBe('page')
  })

  it('has its pages in a menu on a phone', async () => {
    const { page } = under
    await page.setViewportSize(SIZES.phone)
    await under.open('/jobs')
    await page.getByRole('button', { name: 'Pages' }).click()
    await page.getByRole('menuitem', { name: 'Sweeps' }).click()
    await page.getByRole('heading', { level: 1, name: 'Sweeps' }).waitFor()
  })

  it('keeps the theme that was chosen', async () => {
    const { page } = under
    await under.open('/jobs')
    await page.locator('header').getByRole('button').last().click()
    await page.getByRole('menuitemradio', { name: 'Dark' }).click()
    await page.reload()
    expect(await page.evaluate<string>('document.documentElement.dataset.theme')).toBe('dark')
    await page.evaluate("localStorage.removeItem('anneal-theme')")
  })

  it('says that the service is away, keeps what it shows, and goes on when it is back', async () => {
    const { page } = under
    await under.open('/jobs')
    await page.getByText('waiting').first().waitFor()
    await page.route('**/v1/**', (route) => route.abort())
    await page.getByText('The service does not answer.').waitFor({ timeout: 60_000 })
    expect(await page.getByText('waiting').first().isVisible()).toBe(true)
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByText('The service does not answer.').waitFor({ state: 'detached', timeout: 60_000 })
  })

  it('leads on from an address that it does not have, and from links of before', async () => {
    const { page, url } = under
    await under.open('/nothing/here')
    await page.getByRole('heading', { name: 'Page not found' }).waitFor()
    await inspect(page, 'missing')
    await page.goto('about:blank')
    await page.goto(`${url}/#/jobs/${job}`)
    await page.getByRole('heading', { level: 1, name: 'waiting' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/jobs/${job}`)
  })

  it('asks to sign in where the key was revoked, and shows the same page after it', async () => {
    const { service } = under
    const { secret, headers } = await service.team()
    const context = await under.browser.newContext()
    const page = await context.newPage()
    await page.goto(`${under.url}/models`)
    await signIn(page, secret)
    const { data: keys } = (await service.app.inject({ url: '/v1/api-keys', headers })).json<{
      data: { id: string }[]
    }>()
    const other = await service.app.inject({
      method: 'POST',
      url: '/v1/api-keys',
      headers,
      payload: { name: 'second', scopes: ['read', 'write', 'admin'] },
    })
    await service.app.inject({ method: 'DELETE', url: `/v1/api-keys/${keys[0]!.id}`, headers })
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await signIn(page, other.json<{ secret: string }>().secret)
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor()
    await context.close()
  })
})

describe('what the page loads', () => {
  it.each(PATHS)('for %s comes from the service alone, compressed, and is small', async (path) => {
    const context = await under.browser.newContext({ storageState: await under.context.storageState() })
    const page = await context.newPage()
    const problems = watched(page)
    const origins = new Set<string>()
    let bytes = 0
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url())
      if (protocol.startsWith('http')) origins.add(origin)
    })
    page.on('response', (response) => {
      if (
        !/\.(js|css|svg)$|\/$/.test(new URL(response.url()).pathname) &&
        response.request().resourceType() !== 'document'
      )
        return
      bytes += Number(response.headers()['content-length'] ?? 0)
      expect(response.headers()['content-encoding'], response.url()).toBe('br')
    })
    await page.goto(under.url + path)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await page.waitForLoadState('networkidle')
    await context.close()
    expect([...origins]).toEqual([under.url])
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(MAX_VIEW_BYTES)
    expect(problems).toEqual([])
  })

  it('is allowed by a policy without inline scripts and styles, and kept by browsers as long as its name says', async () => {
    const document = await fetch(`${under.url}/jobs`, { headers: { accept: 'text/html' } })
    const policy = document.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).toMatch(/style-src 'self'(;|$)/)
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(document.headers.get('cache-control')).toBe('no-cache')
    const text = await document.text()
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(text) ?? []
    const asset = await fetch(under.url + script)
    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect((await fetch(`${under.url}${script}.map`)).status).toBe(404)
    expect((await fetch(`${under.url}/v1/nothing`, { headers: { accept: 'text/html' } })).status).toBe(404)
  })
})

it('has met no error of the page', () => {
  expect(under.problems).toEqual([])
})
