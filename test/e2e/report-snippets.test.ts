import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { delimiter, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { parseHTML } from 'linkedom'
import { chromium } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Checkpoint, Dataset, Job } from '../../src/service/resources.ts'
import { classFolders, writeZip, type Files } from '../helpers/archives.ts'
import { CHROMIUM } from '../helpers/chromium.ts'
import { Cluster } from '../helpers/cluster.ts'
import { eventually } from '../helpers/service.ts'

const run = promisify(execFile)
const ANNEAL = createRequire(import.meta.url).resolve('#dist/bin/anneal.js')
const PYTHON = '/usr/bin/python3'
const PUBLIC_URL = 'https://anneal.example.org'
/** torchvision's stem is for images of this size and above; they are uploaded so, and need no resize. */
const SIDE = 64
const GREY = classFolders(3, 20, { side: SIDE })
const COMMON = { batchSize: 16, precision: 'float32', budget: { epochs: 1 } }
const OF_TORCHVISION = { ...COMMON, model: { name: 'resnet18' }, image: { size: SIDE } }
const OF_OURS = { ...COMMON, model: { name: 'resnet20', width: 4 }, image: { size: SIDE } }
const TOLERANCE = 2e-3

interface Snippet {
  get: string
  code: string
}
type Snippets = Record<string, Snippet>

/** What is read of a page. */
interface Element {
  textContent: string
  nextElementSibling: Element | null
  getAttribute(name: string): string | null
  querySelectorAll(selector: string): Iterable<Element>
}

let cluster: Cluster
let folder: string
let environment: NodeJS.ProcessEnv
let files: Files

/** torchvision's nets take colours. */
async function inColour(grey: Files): Promise<Files> {
  const shape = { width: SIDE, height: SIDE, channels: 3 } as const
  const coloured = Object.entries(grey).map(async ([name, file]) => {
    const pixels = await sharp(file).extractChannel(0).raw().toBuffer()
    const data = [...pixels].flatMap((value) => [value, 255 - value, value >> 1])
    return [name, await sharp(Uint8Array.from(data), { raw: shape }).png().toBuffer()] as const
  })
  return Object.fromEntries(await Promise.all(coloured))
}

beforeAll(async () => {
  files = await inColour(GREY)
  cluster = await Cluster.start({ workers: 1, leaseMs: 10_000, publicUrl: PUBLIC_URL })
  folder = join(cluster.service.folder, 'colleague')
  await mkdir(join(folder, 'bin'), { recursive: true })
  await writeFile(join(folder, 'bin/anneal'), `#!/bin/sh\nexec "${process.execPath}" "${ANNEAL}" "$@"\n`)
  await chmod(join(folder, 'bin/anneal'), 0o755)
  await writeFile(join(folder, 'image.jpg'), Object.values(files)[0] ?? '')
  environment = {
    ...process.env,
    ...cluster.clientEnvironment,
    PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    PYTHONPATH: [resolve('clients/python/src'), resolve('test/helpers/python')].join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    NODE: process.execPath,
  }
})
afterAll(() => cluster.stop())

const got = async <T>(path: string): Promise<T> => cluster.client.get<T>(`/v1${path}`)

async function uploaded(): Promise<string> {
  const zip = await readFile(await writeZip(join(folder, 'shapes.zip'), files))
  const { url, key } = { url: environment['ANNEAL_URL'] ?? '', key: environment['ANNEAL_API_KEY'] ?? '' }
  const form = new FormData()
  form.set('name', 'shapes')
  form.set('file', new Blob([zip]), 'shapes.zip')
  const headers = { authorization: `Bearer ${key}` }
  const answer = await fetch(`${url}/v1/datasets`, { method: 'POST', headers, body: form })
  const { id } = (await answer.json()) as Dataset
  await eventually(async () => ((await got<Dataset>(`/datasets/${id}`)).state === 'ready' ? true : undefined), {
    withinMs: 300_000,
  })
  return id
}

/** Trains. @returns the page of its report, with the weights next to where its commands run */
async function reported(dataset: string, spec: object): Promise<Element> {
  const { id } = await cluster.client.post<Job>('/v1/jobs', { dataset, ...spec })
  for (;;) {
    const { state, reason } = await got<Job>(`/jobs/${id}`)
    if (state === 'succeeded') break
    if (state === 'failed') throw new Error(reason?.detail)
    await setTimeout(200)
  }
  const headers = { authorization: `Bearer ${environment['ANNEAL_API_KEY'] ?? ''}` }
  const at = `${environment['ANNEAL_URL'] ?? ''}/v1`
  const { data } = await got<{ data: Checkpoint[] }>(`/jobs/${id}/checkpoints`)
  for (const { id: checkpoint, kind } of data) {
    const weights = await fetch(`${at}/checkpoints/${checkpoint}/content`, { headers })
    await writeFile(join(folder, `${kind}.safetensors`), Buffer.from(await weights.arrayBuffer()))
  }
  const page = await fetch(`${at}/jobs/${id}/report`, { headers: { ...headers, accept: 'text/html' } })
  const { document } = parseHTML(await page.text()) as unknown as { document: Element }
  const link = [...document.querySelectorAll('a')].find(({ textContent }) => textContent === id)
  expect(link?.getAttribute('href')).toBe(`${PUBLIC_URL}/jobs/${id}`)
  return document
}

function snippetsOf(document: Element): Snippets {
  const titles = [...document.querySelectorAll('#load-the-model h3')]
  return Object.fromEntries(
    titles.map((title) => {
      const code = title.nextElementSibling?.nextElementSibling?.textContent ?? ''
      return [title.textContent, { get: title.nextElementSibling?.textContent.trim() ?? '', code }]
    }),
  )
}

async function printed(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run(program, args, { env: environment, cwd: folder, maxBuffer: 50_000_000 })
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error })
  }
}
const shell = (script: string): Promise<string> => printed('bash', ['-euo', 'pipefail', '-c', script])

interface Metadata {
  input: { mean: number[]; std: number[] }
}

/** The image, prepared as the metadata of an export say. */
async function prepared({ input: { mean, std } }: Metadata, order: 'NCHW' | 'NHWC'): Promise<number[]> {
  const pixels = await sharp(join(folder, 'image.jpg')).raw().toBuffer()
  const value = (pixel: number, channel: number): number =>
    ((pixels[pixel * mean.length + channel] ?? 0) / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1)
  const [places, depth] = [Array.from({ length: SIDE ** 2 }, (_, i) => i), mean.map((_, i) => i)]
  return order === 'NHWC'
    ? places.flatMap((pixel) => depth.map((channel) => value(pixel, channel)))
    : depth.flatMap((channel) => places.map((pixel) => value(pixel, channel)))
}

/** Runs Python on a batch that is prepared as the page says, of torch or of numpy. @returns probabilities */
async function inPython({ get, code }: Snippet, format: string, asBatch: string): Promise<number[]> {
  await shell(get)
  const metadata = JSON.parse(await readFile(join(folder, format, 'metadata.json'), 'utf8')) as Metadata
  await writeFile(join(folder, 'batch.json'), JSON.stringify(await prepared(metadata, 'NCHW')))
  const values = `numpy.array(json.load(open('batch.json')), 'float32').reshape(1, ${metadata.input.mean.length}, ${SIDE}, ${SIDE})`
  const script = `import json, numpy\nbatch = ${asBatch.replace('VALUES', values)}\n${code}\nprint(json.dumps(probabilities[0].tolist()))`
  return JSON.parse(await printed(PYTHON, ['-c', script])) as number[]
}

/** Runs a module in Chromium, next to the folder of the export. @returns probabilities */
async function inBrowser({ get, code }: Snippet): Promise<number[]> {
  await shell(get)
  const metadata = JSON.parse(await readFile(join(folder, 'tfjs/metadata.json'), 'utf8')) as Metadata
  const values = JSON.stringify(await prepared(metadata, 'NHWC'))
  const contents = `const batch = tf.tensor(${values}, [1, ${SIDE}, ${SIDE}, ${metadata.input.mean.length}])\n${code}\nwindow.probabilities = [...(await probabilities.data())]`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: resolve('.') },
    ...{ bundle: true, write: false, format: 'esm', platform: 'browser', logLevel: 'silent' },
  })
  const server = await serving(outputFiles[0]?.contents ?? new Uint8Array())
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const found = await page.waitForFunction('window.probabilities', undefined, { timeout: 120_000 })
    return (await found.jsonValue()) as number[]
  } finally {
    await browser.close()
    server.close()
  }
}

/** A page with a script, and the files of the folder. */
async function serving(script: Uint8Array): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/')
      response.setHeader('content-type', 'text/html').end('<script type="module" src="/main.js"></script>')
    else if (request.url === '/main.js') response.setHeader('content-type', 'text/javascript').end(script)
    else
      readFile(join(folder, request.url ?? '')).then(
        (file) => response.end(file),
        () => response.writeHead(404).end(),
      )
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return server
}

/** Of an answer of the service, in the order of the classes. */
function probabilitiesIn(answer: string): number[] {
  const { data } = JSON.parse(answer) as { data: { top: { label: string; probability: number }[] }[] }
  const top = data[0]?.top ?? []
  return top.sort((a, b) => (a.label < b.label ? -1 : 1)).map(({ probability }) => probability)
}

describe('how the page of a report loads the model', { timeout: 1_200_000 }, () => {
  let snippets: Snippets
  let dataset: string
  /** What the service says of the image, by class. */
  let expected: number[]
  const close = (found: readonly number[]): void => {
    expect(found).toHaveLength(expected.length)
    found.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(TOLERANCE))
  }
  beforeAll(async () => {
    dataset = await uploaded()
    snippets = snippetsOf(await reported(dataset, OF_TORCHVISION))
  }, 1_200_000)

  it('asks the service with curl', async () => {
    const { get, code } = snippets['The service’s API'] ?? { get: '', code: '' }
    expect(get).toBe('POST /v1/checkpoints/{id}/predict')
    expect(probabilitiesIn(await shell(code))).toHaveLength(3)
    // The image has the size of the input: what the others are given is not resized.
    expected = probabilitiesIn(await shell(code.replace('/predict"', '/predict?asIs=true"')))
    expect(expected).toHaveLength(3)
  })

  it('in PyTorch', async () => {
    const snippet = snippets['PyTorch, with torchvision']
    expect(snippet?.get).toMatch(/^anneal export \w+\.safetensors --format safetensors --out safetensors$/)
    close(await inPython(snippet!, 'safetensors', '__import__("torch").from_numpy(VALUES)'))
  })

  it('in ONNX Runtime', async () => {
    close(await inPython(snippets['ONNX Runtime']!, 'onnx', 'VALUES'))
  })

  it('in TensorFlow.js', async () => {
    close(await inBrowser(snippets['TensorFlow.js, in a browser']!))
  })

  it('with the Python client, where torchvision has no such model', async () => {
    const ours = snippetsOf(await reported(dataset, OF_OURS))
    const { get, code } = ours['PyTorch, with the Python client'] ?? { get: '', code: '' }
    expect(get).toBe("pip install './clients/python[torch]'")
    expect(await printed(PYTHON, ['-c', code])).toMatch(/class\d/)
  })
})
