import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { classFolders, writeZip } from './archives.ts'
import { CHROMIUM } from './chromium.ts'
import { startService, type ServiceUnderTest } from './service.ts'

const ROOT = new URL('../../', import.meta.url)
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
export const SIZES = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  desktop: { width: 1280, height: 900 },
} as const
const THEMES = ['light', 'dark'] as const
/** Pictures are for eyes, not for tests, and take as long as everything else that is looked at. */
export const WITH_PICTURES = process.env['ANNEAL_TEST_PICTURES'] !== undefined

/** The page in a browser, signed in to a team with a data set; no worker runs. */
export interface PageUnderTest {
  service: ServiceUnderTest
  browser: Browser
  context: BrowserContext
  page: Page
  url: string
  headers: { authorization: string }
  secret: string
  /** Id of a data set `shapes` of three classes with twelve images each. */
  dataset: string
  /** What nothing on the page has caught, and what its policy has refused. */
  problems: string[]
  /** Opens a path of the page, and waits until nothing loads any more. */
  open(path: string): Promise<void>
  /** Looks at the page in both themes: axe finds nothing, and nothing is wider than the window in three sizes; with ANNEAL_TEST_PICTURES, pictures of them are in build/screenshots. */
  inspect(name: string): Promise<void>
  close(): Promise<void>
}

type Options = Parameters<typeof startService>[0] & { port?: number }

const PAGE_WITHIN_MS = 120_000

export async function openPage({ port = 0, ...options }: Options = {}): Promise<PageUnderTest> {
  const service = await startService({ web: fileURLToPath(new URL('dist/web', ROOT)), ...options })
  const url = await service.app.listen({ port, host: '127.0.0.1' })
  const { headers, secret } = await service.team()
  const zip = await readFile(await writeZip(join(service.folder, 'shapes.zip'), classFolders(3, 12)))
  const { id: dataset } = await service.readyDataset(headers, zip)
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
  const context = await browser.newContext({ viewport: SIZES.desktop, reducedMotion: 'reduce' })
  // On a busy machine the first page of a new browser may take a while.
  context.setDefaultTimeout(PAGE_WITHIN_MS)
  const page = await context.newPage()
  const problems = watched(page)
  await page.goto(url)
  await signIn(page, secret)
  return {
    ...{ service, browser, context, page, url, headers, secret, dataset, problems },
    async open(path) {
      await page.goto(url + path)
      await page.waitForLoadState('networkidle')
    },
    inspect: (name) => inspect(page, name),
    async close() {
      await browser.close()
      await service.stop()
    },
  }
}

export async function signIn(page: Page, secret: string): Promise<void> {
  await page.getByLabel('API key').fill(secret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
}

/** Errors of the page as they come. */
export function watched(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', ({ message }) => problems.push(message))
  page.on('console', (message) => {
    const text = message.text()
    if (/Content Security Policy|Minified React error|not wrapped in act/.test(text)) problems.push(text)
  })
  return problems
}

/** Rules of axe that a theme can break which the other one keeps. */
const RULES_OF_COLOR = ['color-contrast', 'link-in-text-block']

export async function inspect(page: Page, name: string): Promise<void> {
  for (const theme of THEMES) {
    await page.evaluate(themed(theme))
    for (const [size, viewport] of Object.entries(SIZES)) {
      if (theme !== THEMES[0] && !WITH_PICTURES) continue
      await page.setViewportSize(viewport)
      await page.evaluate(SETTLED)
      const wider = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
      if (WITH_PICTURES) await takePicture(page, `${name}-${size}-${theme}`)
      expect(wider, `${name} is wider than a ${size}`).toBeLessThanOrEqual(0)
    }
    await page.evaluate(SETTLED)
    const rules = theme === THEMES[0] ? undefined : RULES_OF_COLOR
    expect(await axeViolations(page, rules), `${name}, ${theme}`).toEqual([])
  }
  await page.evaluate(themed('system'))
}

/** A picture of the whole page in build/screenshots. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = new URL('build/screenshots/', ROOT)
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, folder)), fullPage: true })
}

/** Two frames: charts take the size of what is around them in the first. */
const SETTLED =
  'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))'

async function axeViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // The policy of the page takes no script of others; the debugger's is no part of it.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(await readFile(AXE, 'utf8'))
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify({ runOnly: rules })})`)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, target }) => `${id}: ${target.join(' ')} ${html.slice(0, 200)}`),
  )
}

/** What the menu of the account does. */
const themed = (theme: string): string => `
  localStorage.setItem('anneal-theme', '${theme}')
  document.documentElement.dataset.theme = '${theme}'
  window.dispatchEvent(new Event('themechange'))`
