import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { encode } from 'fast-png'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SERVED_PAGE_POLICY } from '../../src/evaluation/page-script.ts'
import { resolveSpec } from '../../src/job-spec/resolve.ts'
import { renderPage } from '../../src/train/report/with-page.ts'
import { rngFor } from '../../src/zoo/rng.ts'
import { classFolders, temporaryFolder, type Files } from '../helpers/archives.ts'
import { CHROMIUM } from '../helpers/chromium.ts'
import { madeReport, packedFrom } from '../helpers/made-reports.ts'
import { takePicture, WITH_PICTURES } from '../helpers/page.ts'

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
const SIZES = [
  { width: 1280, height: 900 },
  { width: 820, height: 1180 },
  { width: 390, height: 844 },
]
/** Of a machine that does much else. */
const PATIENCE_MS = 180_000
const THEMES = ['light', 'dark'] as const
const NAMES = [
  'Löwenzahn auf der Wiese hinter dem Haus am Waldrand, aufgenommen im Frühjahr',
  'たんぽぽ',
  'rose',
  'a_class_that_somebody_named_by_a_path_without_any_break_in_it_at_all',
]

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let server: Server
let browser: Browser
const pages = new Map<string, string>()

/** Images of several sizes, shades and folders, with a picture that is in two splits but for a few pixels. */
function variedImages(): Files {
  const rng = rngFor(3)
  const files: Files = {}
  const image = (side: number, wide: number, base: number): Buffer => {
    const data = Uint8Array.from({ length: side * wide }, () => Math.min(255, base + rng.integer(60)))
    return Buffer.from(encode({ width: wide, height: side, channels: 1, depth: 8, data }))
  }
  for (const split of ['train', 'test'])
    NAMES.forEach((name, label) => {
      for (let i = 0; i < 40; i++) {
        const side = 12 + 4 * (i % 5)
        const place = i % 2 === 0 ? 'garden' : 'studio'
        files[`${split}/${name}/${place}/${i}.png`] = image(side, side + 4 * (label % 2), 20 + 40 * (i % 4))
      }
    })
  return files
}

beforeAll(async () => {
  folder = await temporaryFolder()
  const few = await packedFrom(folder.path, 'few', variedImages())
  const many = await packedFrom(folder.path, 'many', classFolders(220, 5, { side: 4 }))
  for (const [name, dataset] of Object.entries({ few, many })) {
    const { spec, reasons } = resolveSpec({ name: `report of ${name} classes` }, dataset.manifest)
    pages.set(name, await renderPage(await madeReport(dataset), { dataset, spec, reasons }))
  }
  server = createServer((request, response) => {
    const page = pages.get((request.url ?? '').slice(1))
    response.writeHead(page === undefined ? 404 : 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': SERVED_PAGE_POLICY,
    })
    response.end(page)
  }).listen(0, '127.0.0.1')
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
})
afterAll(async () => {
  await browser.close()
  server.close()
  await folder.remove()
})

async function opened(name: string, theme: (typeof THEMES)[number], size = SIZES[0]!): Promise<Page> {
  const page = await browser.newPage({ viewport: size, colorScheme: theme })
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`)
  return page
}

/** What axe finds, by the tool's own rules. It is evaluated from outside, so that the page's policy does not hold for it. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> }
    }
    return (await axe.run()).violations
  })
  return found.map(
    ({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`,
  )
}

const column = (page: Page, table: string, place: number): Promise<string[]> =>
  page.getByRole('table', { name: table }).locator(`tbody tr > :nth-child(${place})`).allTextContents()

describe('the report’s page in a browser, as the API serves it', () => {
  it.each(['few', 'many'])(
    'has no violation of axe’s rules in both themes, and fits three sizes: %s classes',
    async (name) => {
      const found: Record<string, string[]> = {}
      for (const theme of THEMES)
        for (const size of SIZES) {
          const page = await opened(name, theme, size)
          if (WITH_PICTURES) await takePicture(page, `report-${name}-${theme}-${size.width}`)
          const scrollWidth = await page.evaluate<number>('document.documentElement.scrollWidth')
          expect(scrollWidth, `${theme} ${size.width}`).toBeLessThanOrEqual(size.width)
          if (size !== SIZES[1]) found[`${theme} ${size.width}`] = await violations(page)
          await page.close()
        }
      expect(Object.entries(found).filter(([, rules]) => rules.length > 0)).toEqual([])
    },
  )

  it('sorts a table by the column whose heading is pressed, by keyboard too', async () => {
    const page = await opened('few', 'light')
    const refused: string[] = []
    page.on('console', (message) => message.type() === 'error' && refused.push(message.text()))
    await page.reload()
    const table = 'Scores of every class'
    const recalls = async (): Promise<number[]> => (await column(page, table, 7)).map((text) => parseFloat(text))
    await page.getByRole('button', { name: 'recall', exact: true }).click()
    const falling = await recalls()
    expect(falling).toEqual([...falling].sort((a, b) => b - a))
    await page.getByRole('button', { name: 'recall', exact: true }).press('Enter')
    expect(await recalls()).toEqual([...falling].reverse())
    expect(await page.locator('th[aria-sort=ascending]').textContent()).toBe('recall')
    await page.getByRole('button', { name: 'class', exact: true }).first().press('Space')
    const names = (await column(page, table, 1)).map((text) => text.trim())
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, undefined, { numeric: true })))
    expect(refused.filter((text) => !text.includes('favicon'))).toEqual([])
    await page.close()
  })

  it('reads in its written order where no script runs', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/few`)
    expect(await page.getByRole('table', { name: 'Scores of every class' }).getByRole('button').count()).toBe(0)
    expect(await page.getByRole('main').getByRole('heading', { level: 2 }).allTextContents()).toEqual(
      expect.arrayContaining(['Coverage and accuracy', 'Slices', 'Open set', 'Load the model', 'Lineage']),
    )
    await context.close()
  })
})
