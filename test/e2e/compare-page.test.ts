import { Readable } from 'node:stream'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodePredictions } from '../../src/evaluation/predictions.ts'
import type { Job } from '../../src/service/resources.ts'
import { openDashboard, type DashboardUnderTest } from '../helpers/dashboard.ts'

const IMAGES = 60

let dashboard: DashboardUnderTest
let page: Page
beforeAll(async () => {
  dashboard = await openDashboard()
  page = dashboard.page
})
afterAll(() => dashboard.close())

async function submit(spec: object): Promise<string> {
  const { service, headers, dataset } = dashboard
  const response = await service.app.inject({
    method: 'POST',
    url: '/v1/jobs',
    headers,
    payload: { dataset, batchSize: 8, ...spec },
  })
  expect(response.statusCode, response.body).toBe(202)
  return response.json<Job>().id
}

/** A job that has ended, with the first `right` of its test images recognised. */
async function evaluated(
  spec: object,
  { right, images = 'same', named = true }: { right: number; images?: string; named?: boolean },
): Promise<string> {
  const { store, services } = dashboard.service
  const { blobs } = services
  const id = await submit(spec)
  const { token } = (await store.claimJob(id, 60_000)) ?? { token: 0 }
  const labels = Int32Array.from({ length: IMAGES }, (_, i) => i % 3)
  const file = encodePredictions({
    dataset: 'd'.repeat(64),
    split: 'test',
    images,
    classes: ['cat', 'dog', 'eel'],
    temperature: 1,
    labels,
    predicted: labels.map((label, i) => (i < right ? label : (label + 1) % 3)),
    confidence: new Float64Array(IMAGES).fill(0.9),
    nll: Float64Array.from(labels, (_, i) => (i < right ? 0.1 : 2.3 + i / 100)),
    ...(named ? { items: Array.from(labels, (_, i) => ({ file: `img-${i}.png`, place: i % 3 })) } : {}),
  })
  const blobKey = `artifacts/${id}`
  const { sizeBytes } = await blobs.write(blobKey, Readable.from([file]))
  const artifact = { kind: 'predictions', blobKey, fileName: 'predictions.jsonl.gz', contentType: 'application/gzip' }
  await store.recordJob(id, token, {
    events: [],
    metrics: [],
    report: { accuracy: right / IMAGES },
    artifact: { ...artifact, sizeBytes, sha256: id },
  })
  await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
  return id
}

const rowOf = (name: string) => page.locator('tr', { hasText: name })

describe('the comparison of two jobs', () => {
  it('is reached by choosing two in the list, and says which is better, by how much, and where they differ', async () => {
    await evaluated({ name: 'plain' }, { right: 30 })
    await evaluated({ name: 'smoothed', loss: { name: 'cross-entropy', labelSmoothing: 0.25 } }, { right: 51 })
    const compare = page.getByRole('button', { name: 'Compare' })
    await page.getByLabel('compare plain').check()
    expect(await compare.isDisabled()).toBe(true)
    await page.getByLabel('compare smoothed').check()
    await compare.click()
    await page.getByRole('heading', { name: 'Comparison' }).waitFor()
    await page.getByText('smoothed is better: p < 0.0001 on 60 test images.').waitFor()
    expect(await page.locator('tr', { has: page.getByRole('link', { name: 'plain' }) }).innerText()).toMatch(
      /a\s+plain\s+50.00 %\s+37.\d\d % to 62.\d\d %\s+1.4225/,
    )
    expect(await rowOf('accuracy, b − a').innerText()).toMatch(/\+35.00 points/)
    expect(await rowOf('only b').first().innerText()).toMatch(/21/)
    expect(await rowOf('exact p').innerText()).toMatch(/< 0.0001/)
    expect(await rowOf('dog').innerText()).toMatch(/dog\s+20\s+50.00 %\s+85.00 %\s+\+35.00\s+0\s+7/)
    expect(await rowOf('/loss/labelSmoothing').innerText()).toMatch(/0.25$/)
    await dashboard.screenshot('compare.png')
  })

  it('shows the images that one alone has right, with the truth and both answers', async () => {
    const [a, b] = [await evaluated({ name: 'p' }, { right: 30 }), await evaluated({ name: 'q' }, { right: 51 })]
    await page.goto(`${dashboard.url}/#/compare/${a}/${b}`)
    const section = page.locator('section', { has: page.getByRole('heading', { name: 'Images on which they differ' }) })
    const figures = section.locator('figure')
    await figures.nth(11).scrollIntoViewIfNeeded()
    await section.locator('figure img').nth(11).waitFor()
    expect(await figures.count()).toBe(12)
    expect(await figures.first().getAttribute('title')).toBe('img-50.png')
    expect(await figures.first().innerText()).toMatch(/^eel\s+a: cat\s+90.00 %\s+b: eel\s+90.00 %$/)
    await dashboard.screenshot('compare-images.png')
    await section.getByRole('button', { name: 'Show all 21' }).click()
    expect(await figures.count()).toBe(21)
    await section.getByLabel('only a (0)').check()
    await section.getByText('There is none.').waitFor()
    await section.getByLabel('only b (21)').check()
    expect(await figures.count()).toBe(12)
    const older = await evaluated({ name: 'older' }, { right: 30, named: false })
    await page.goto(`${dashboard.url}/#/compare/${older}/${b}`)
    await section.getByText('evaluated before places were kept').first().waitFor()
  })

  it('does not call chance a difference', async () => {
    const [a, b] = [await evaluated({ name: 'x' }, { right: 40 }), await evaluated({ name: 'y' }, { right: 41 })]
    await page.goto(`${dashboard.url}/#/compare/${a}/${b}`)
    await page.getByText('The difference may be chance').waitFor()
  })

  it('of jobs with other test sets, or without predictions, is refused in words', async () => {
    const [a, b] = [
      await evaluated({ name: 'here' }, { right: 40 }),
      await evaluated({ name: 'there' }, { right: 40, images: 'other' }),
    ]
    await page.goto(`${dashboard.url}/#/compare/${a}/${b}`)
    await page.getByText('a paired comparison needs the same images').waitFor()
    const waiting = await submit({ name: 'waiting' })
    await page.goto(`${dashboard.url}/#/compare/${a}/${waiting}`)
    await page.getByText(`Job ${waiting} is queued and has no predictions`).waitFor()
    expect(dashboard.problems).toEqual([])
  })
})
