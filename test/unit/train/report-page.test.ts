import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { encode } from 'fast-png'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reportTable } from '../../../src/bin/report-table.ts'
import { ingest } from '../../../src/data/ingest.ts'
import { openPacked } from '../../../src/data/open.ts'
import type { PackedDataset } from '../../../src/data/packed.ts'
import type { Report } from '../../../src/evaluation/report.ts'
import { encodeSuggestions, type Suggestion } from '../../../src/evaluation/suggestions.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import type { FittedCalibration } from '../../../src/train/evaluate/calibration/calibration.ts'
import type { TrainEvent } from '../../../src/train/process/events.ts'
import { writeArtifact } from '../../../src/train/process/artifacts.ts'
import { makeReport } from '../../../src/train/report/make-report.ts'
import { renderPage, withReportPage } from '../../../src/train/report/with-page.ts'
import { rngFor } from '../../../src/zoo/rng.ts'
import { classFolders, temporaryFolder, writeZip, type Files } from '../../helpers/archives.ts'

interface Element {
  textContent: string
  getAttribute(name: string): string | null
  querySelectorAll(selector: string): Iterable<Element>
}
const parsed = (page: string): Element => (parseHTML(page) as unknown as { document: Element }).document
const all = (page: string, selector: string): Element[] => [...parsed(page).querySelectorAll(selector)]

const HOSTILE = '<img src=x onerror=alert(1)>&amp;"quoted"'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let dataset: PackedDataset
let report: Report
beforeAll(async () => {
  folder = await temporaryFolder()
  const files: Files = Object.fromEntries(
    Object.entries(classFolders(3, 40)).map(([name, data]) => [name.replace('class1', HOSTILE), data]),
  )
  dataset = await packed('hostile', files)
  report = await reportOf(dataset)
})
afterAll(() => folder.remove())

async function packed(name: string, files: Files): Promise<PackedDataset> {
  await ingest(await writeZip(join(folder.path, `${name}.zip`), files), join(folder.path, name))
  return openPacked(join(folder.path, name))
}

/** Of a model that is right two times of three. */
function reportOf(data: PackedDataset, calibration: FittedCalibration = { temperature: 1.3 }): Promise<Report> {
  const rng = rngFor(2)
  const labels = data.labels('test')
  const classes = data.manifest.classes.length
  const logits = new Float32Array(labels.length * classes).map(() => rng.normal())
  labels.forEach((label, i) => (logits[i * classes + (i % 3 === 0 ? (label + 1) % classes : label)] = 4))
  const context = { dataset: data, split: 'test', weights: 'best', calibration, seconds: 12 } as const
  return makeReport({ logits, labels, classes }, { ...context, seen: data.manifest.classCounts.train })
}

const specOf = (data: PackedDataset) => resolveSpec({ name: HOSTILE }, data.manifest)

describe('the report’s page', () => {
  it('holds everything that it shows: one script, which its policy knows by its hash, nothing to fetch, and text is never markup', async () => {
    const { spec, reasons } = specOf(dataset)
    const page = await renderPage(report, { dataset, spec, reasons })
    expect(all(page, 'link, iframe, object, script[src]')).toEqual([])
    const [script = '', ...more] = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text)
    expect(more).toEqual([])
    const hash = createHash('sha256').update(script).digest('base64')
    expect(all(page, 'meta[http-equiv]')[0]?.getAttribute('content')).toContain(`script-src 'sha256-${hash}'`)
    for (const element of all(page, '*')) {
      for (const name of ['src', 'onerror', 'onclick', 'onload'])
        expect(element.getAttribute(name)?.slice(0, 11) ?? 'data:image/').toBe('data:image/')
      expect(element.getAttribute('href')?.slice(0, 1) ?? '#').toBe('#')
    }
    const shown = page.replaceAll('http://www.w3.org/2000/svg', '').replaceAll(/<pre[^]*?<\/pre>/g, '')
    expect(shown).not.toMatch(/https?:|url\(/)
    expect(all(page, 'h1').map(({ textContent }) => textContent)).toEqual([HOSTILE])
    expect(all(page, 'tbody th').map(({ textContent }) => textContent)).toContain(HOSTILE)
  })

  it('names every picture, and says what is first to note, where the model comes from and how it is loaded', async () => {
    const { spec } = specOf(dataset)
    const job = { id: 'job_1', name: 'mine', url: 'https://anneal.example.com/jobs/job_1' }
    const page = await renderPage(
      {
        ...report,
        calibrationWarning: 'It made the log loss larger.',
        provenance: {
          createdAt: '2026-11-29T12:00:00.000Z',
          version: '1.2.3',
          node: 'v20',
          platform: 'linux x64',
          seed: 0,
          job,
          dataset: { id: 'ds_1', name: HOSTILE, version: 4 },
          pretrained: { name: 'resnet18', sha256: 'f00', licence: 'apache-2.0' },
        },
      },
      { dataset, spec },
    )
    for (const svg of all(page, 'svg')) expect([...svg.querySelectorAll('title')].length).toBeGreaterThan(0)
    const text = all(page, 'main')[0]?.textContent ?? ''
    for (const part of ['It made the log loss larger.', '1.2.3', 'version 4', 'licence apache-2.0', HOSTILE])
      expect(text).toContain(part)
    expect(all(page, 'a[target]').map((link) => link.getAttribute('href'))).toEqual([job.url])
    for (const format of ['onnxruntime', 'loadLayersModel', 'load_', '/predict']) expect(text).toContain(format)
    expect(page).not.toContain(HOSTILE)
  })

  it('says why the logits were left as they are', async () => {
    const { spec, reasons } = specOf(dataset)
    const made = await reportOf(dataset, { temperature: 1, note: 'All 3 validation images are answered rightly.' })
    const text = all(await renderPage(made, { dataset, spec, reasons }), 'body')[0]?.textContent ?? ''
    expect(text).toContain('All 3 validation images are answered rightly. The expected calibration error')
    expect(reportTable(made)).toContain('\nAll 3 validation images are answered rightly.\n')
  })

  it('shows the numbers of the report, a picture of every mistake, and why defaults were chosen', async () => {
    const { spec, reasons } = specOf(dataset)
    const page = await renderPage(report, { dataset, spec, reasons })
    const text = all(page, 'body')[0]?.textContent ?? ''
    for (const value of [report.accuracy, report.macroF1, report.ece, report.eceUncalibrated])
      expect(text).toContain(`${(100 * value).toFixed(2)} %`)
    expect(all(page, 'figure img')).toHaveLength(report.worst.length)
    expect(text).toContain(reasons['/model'])
    const diagonal = report.classes.map((_, k) => String(report.confusion[k]?.[k]))
    const cells = all(page, 'svg text').map(({ textContent }) => textContent)
    for (const value of diagonal) expect(cells).toContain(value)
  })

  it('has the pixels of small images as they are, and shrinks large ones', async () => {
    const { spec } = specOf(dataset)
    const page = await renderPage(report, { dataset, spec })
    const [{ index = 0 } = {}] = report.worst
    const source = all(page, 'figure img')[0]?.getAttribute('src') ?? ''
    const shown = await sharp(Buffer.from(source.split(',')[1] ?? '', 'base64'))
      .toColourspace('b-w')
      .raw()
      .toBuffer()
    const { offset } = dataset.location('test', index)
    const stored = (await readFile(join(dataset.directory, 'pixels.bin'))).subarray(offset, offset + 144)
    expect(shown.equals(stored)).toBe(true)

    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => {
        const data = new Uint8Array(300 * 400).fill(i * 6)
        return [`c${i % 2}/${i}.png`, Buffer.from(encode({ width: 300, height: 400, channels: 1, depth: 8, data }))]
      }),
    )
    const large = await packed('large', files)
    const shrunk = all(
      await renderPage(await reportOf(large), { dataset: large, spec: specOf(large).spec }),
      'figure img',
    )
    const bytes = Buffer.from(shrunk[0]?.getAttribute('src')?.split(',')[1] ?? '', 'base64')
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 144, height: 192 })
  })

  it('stays readable with two hundred classes: the weakest first, one matrix, under a megabyte', async () => {
    const many = await packed('many', classFolders(200, 3, { side: 4 }))
    const made = await reportOf(many)
    const page = await renderPage(made, { dataset: many, spec: specOf(many).spec })
    expect(page.length).toBeLessThan(1_200_000)
    expect(all(page, 'details tbody th')).toHaveLength(200)
    expect(all(page, 'table[data-sorts] tbody').length).toBeGreaterThan(2)
    expect(all(page, 'section').some(({ textContent }) => textContent.includes('Confusion matrix'))).toBe(true)
  })

  it('is written before a run succeeds, with the curves of earlier attempts and of this one', async () => {
    await writeFile(
      join(folder.path, 'metrics.jsonl'),
      [2, 4, 6].map((step) => `${JSON.stringify({ step, epoch: 1, 'train/loss': 100 * step })}\n`).join(''),
    )
    const { spec } = specOf(dataset)
    const metrics = (step: number, value: number): TrainEvent => ({
      type: 'metrics',
      step,
      epoch: 1,
      values: { 'train/loss': value },
    })
    async function* events(): AsyncGenerator<TrainEvent> {
      yield { type: 'started', startStep: 4 } as TrainEvent
      yield metrics(5, 1)
      yield metrics(6, 2)
      yield { type: 'succeeded', report }
    }
    const seen: TrainEvent[] = []
    for await (const event of withReportPage(events(), { outDir: folder.path, dataset, spec })) seen.push(event)
    expect(seen.map(({ type }) => type)).toEqual(['started', 'metrics', 'metrics', 'artifact', 'succeeded'])
    expect(seen[4]).toMatchObject({ report: { cost: { seconds: report.seconds } } })
    expect(seen[3]).toMatchObject({ kind: 'report', path: join(folder.path, 'report.html') })
    const page = await readFile(join(folder.path, 'report.html'), 'utf8')
    const line = all(page, '#training svg path').map((path) => path.getAttribute('d') ?? '')
    const points = Math.max(...line.filter((d) => /^M[\d.,L-]+$/.test(d)).map((d) => d.split('L').length))
    expect(points).toBe(4)
  })

  it('shows suggestions with their images, at most 24 of a kind, and none where there are none', async () => {
    const suggestion = (number: number, kind: 'label' | 'outlier'): Suggestion => ({
      number,
      kind,
      split: number % 2 === 0 ? 'test' : 'val',
      index: number % 4,
      item: number,
      file: `${number}.png`,
      label: HOSTILE,
      suggested: kind === 'label' ? 'class2' : null,
      probability: 0.1,
      suggestedProbability: kind === 'label' ? 0.8 : null,
      score: 0.9,
      reason: 'A reason.',
    })
    const found = [...Array(30).keys()].map((i) => suggestion(i + 1, 'label'))
    const bytes = encodeSuggestions({
      dataset: 'hash',
      covers: { train: 0, val: 16, test: 16 },
      found: { label: 30, outlier: 1 },
      notes: ['A limit.'],
      suggestions: [...found, suggestion(31, 'outlier')],
    })
    async function* events(): AsyncGenerator<TrainEvent> {
      yield await writeArtifact(folder.path, {
        kind: 'suggestions',
        fileName: 'suggestions.json',
        contentType: 'application/json',
        bytes,
      })
      yield { type: 'succeeded', report }
    }
    for await (const event of withReportPage(events(), { outDir: folder.path, dataset, spec: specOf(dataset).spec }))
      expect(event).toBeDefined()
    const page = await readFile(join(folder.path, 'report.html'), 'utf8')
    const sectionOf = (html: string, title: string): Element[] =>
      all(html, 'section').filter(({ textContent }) => textContent.includes(title))
    const [labels, outliers] = ['Likely label errors', 'Outliers'].map((title) => sectionOf(page, title)[0])
    expect([...labels!.querySelectorAll('figure img')]).toHaveLength(24)
    expect([...outliers!.querySelectorAll('figure img')]).toHaveLength(1)
    expect(labels!.textContent).toMatch(/30 of 32 images[\s\S]*A limit\.[\s\S]*rather class2/)
    expect(labels!.textContent).toContain(HOSTILE)
    expect(page).not.toContain(HOSTILE)
    const without = await renderPage(report, { dataset, spec: specOf(dataset).spec })
    expect(sectionOf(without, 'Likely label errors')).toEqual([])
  })
})
