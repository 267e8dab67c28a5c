import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CHROMIUM } from '../helpers/chromium.ts'
import { startIdentityProvider, type ProviderUnderTest } from '../helpers/identity-provider.ts'
import { freePort, startService, type ServiceUnderTest } from '../helpers/service.ts'

let provider: ProviderUnderTest
let service: ServiceUnderTest
let browser: Browser
let url: string
beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  provider = await startIdentityProvider(url)
  const { issuer, client } = provider
  service = await startService({
    web: fileURLToPath(new URL('../../dist/web', import.meta.url)),
    signIn: { issuer, ...client, publicUrl: url, sessionMs: 3_600_000 },
  })
  await service.app.listen({ port, host: '127.0.0.1' })
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
})
afterAll(async () => {
  await browser.close()
  await service.stop()
  await provider.stop()
})

it('signs somebody in at the provider, who chooses a team, sees what it has, and signs out', async () => {
  const email = 'kim@lab.example'
  provider.accounts.set('kim', { email, email_verified: true, name: 'Kim' })
  provider.current = 'kim'
  for (const name of ['optics', 'acoustics']) {
    const { secret } = await service.services.createTeam({ name })
    const headers = { authorization: `Bearer ${secret}` }
    const payload = { email, role: 'member' }
    await service.app.inject({ method: 'POST', url: '/v1/team/members', headers, payload })
    const policy = { name: `of-${name}`, policy: [[{ op: 'Rotate', probability: 0.5, magnitude: 3 }]] }
    await service.app.inject({ method: 'POST', url: '/v1/policies', headers, payload: policy })
  }
  const page = await (await browser.newContext()).newPage()
  const problems: string[] = []
  page.on('pageerror', ({ message }) => problems.push(message))
  await page.goto(url)
  await page.getByRole('link', { name: 'Sign in with your organisation' }).click()
  await page.getByRole('button', { name: 'acoustics' }).click()
  await page.getByText('No jobs yet.').waitFor()
  await page.getByRole('link', { name: 'Policies' }).click()
  await page.getByText('of-acoustics').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('link', { name: 'Sign in with your organisation' }).waitFor()
  await page.reload()
  await page.getByRole('link', { name: 'Sign in with your organisation' }).waitFor()
  expect(problems).toEqual([])
})
