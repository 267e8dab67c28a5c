import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { classFolders, writeZip } from './archives.ts'
import { CHROMIUM } from './chromium.ts'
import { startService, type ServiceUnderTest } from './service.ts'

const ROOT = new URL('../../', import.meta.url)

/** The dashboard in a browser, signed in to a team with a data set; no worker runs. */
export interface DashboardUnderTest {
  service: ServiceUnderTest
  page: Page
  url: string
  headers: { authorization: string }
  /** Id of a data set of three classes with twelve images each. */
  dataset: string
  /** Errors that nothing on the page has caught. */
  problems: string[]
  screenshot(name: string): Promise<void>
  close(): Promise<void>
}

export async function openDashboard(): Promise<DashboardUnderTest> {
  const service = await startService({ dashboard: fileURLToPath(new URL('dist/dashboard', ROOT)) })
  const url = await service.app.listen({ port: 0 })
  const { headers, secret } = await service.team()
  const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
  const { id: dataset } = await service.readyDataset(headers, zip)
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', ({ message }) => problems.push(message))
  await page.goto(url)
  await page.getByLabel('API key').fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('No jobs yet.').waitFor()
  return {
    service,
    page,
    url,
    headers,
    dataset,
    problems,
    async screenshot(name) {
      const folder = new URL('build/screenshots/', ROOT)
      await mkdir(folder, { recursive: true })
      await page.screenshot({ path: fileURLToPath(new URL(name, folder)), fullPage: true })
    },
    async close() {
      await browser.close()
      await service.stop()
    },
  }
}
