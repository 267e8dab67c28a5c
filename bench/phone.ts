import { createReadStream, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { loadEngine } from '../src/engine/load.ts'
import { exportModel } from '../src/train/export/export.ts'
import { CHROMIUM } from '../test/helpers/chromium.ts'
import { trained } from '../test/helpers/trained.ts'
import { printHeading, printTable, writeResult } from './report.ts'
import { median, spread } from './statistics.ts'

const FOLDER = fileURLToPath(new URL('../../build/bench/phone', import.meta.url))
const require = createRequire(import.meta.url)
const WASM = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js'))
const LIBRARIES = [
  require.resolve('@tensorflow/tfjs/dist/tf.min.js'),
  join(WASM, 'tf-backend-wasm.min.js'),
  join(WASM, 'tfjs-backend-wasm-simd.wasm'),
]
const [SIZE, ROUNDS] = [224, 30]
/** A phone of the middle class by Chromium's own rule of thumb. */
const SLOWDOWNS = [1, 4]

/** What tfjs puts on a page. */
interface Page {
  tf: {
    setBackend(name: string): Promise<boolean>
    loadLayersModel(url: string): Promise<{ predict(images: unknown): { data(): Promise<unknown>; dispose(): void } }>
    randomNormal(shape: number[]): unknown
    wasm: { setWasmPaths(prefix: string): void }
  }
}

rmSync(FOLDER, { recursive: true, force: true })
const engine = await loadEngine({ engine: 'torch', threads: 1 })
await exportModel(trained(engine, { model: { name: 'mobilenet_v2', strides: 'imagenet' }, size: SIZE }), {
  format: 'tfjs',
  precision: 'uint8',
  outDir: FOLDER,
})
const megabytes = readdirSync(FOLDER).reduce((sum, file) => sum + statSync(join(FOLDER, file)).size, 0) / 1e6

const server = createServer((request, response) => {
  const name = basename(request.url ?? '')
  if (name === '')
    return void response
      .setHeader('content-type', 'text/html')
      .end('<script src="tf.min.js"></script><script src="tf-backend-wasm.min.js"></script>')
  if (name.endsWith('.wasm')) response.setHeader('content-type', 'application/wasm')
  const file = LIBRARIES.find((library) => basename(library) === name) ?? join(FOLDER, name)
  createReadStream(file)
    .on('error', () => response.writeHead(404).end())
    .pipe(response)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })

/** Milliseconds of each prediction of one image, its answer read. */
async function latencies(slowdown: number): Promise<number[]> {
  const page = await browser.newPage()
  await page.goto(base)
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  return page.evaluate(
    async ({ size, rounds }) => {
      const { tf } = globalThis as unknown as Page
      tf.wasm.setWasmPaths('/')
      await tf.setBackend('wasm')
      const model = await tf.loadLayersModel('/model.json')
      const image = tf.randomNormal([1, size, size, 3])
      const times: number[] = []
      for (let i = -3; i < rounds; i++) {
        const began = performance.now()
        const logits = model.predict(image)
        await logits.data()
        if (i >= 0) times.push(performance.now() - began)
        logits.dispose()
      }
      return times
    },
    { size: SIZE, rounds: ROUNDS },
  )
}

printHeading(
  'MobileNetV2 as a uint8 layers-model in Chromium',
  `plain tfjs with its WebAssembly backend, one thread, ${ROUNDS} images of ${SIZE} px`,
)
const rows = []
for (const slowdown of SLOWDOWNS) {
  const times = await latencies(slowdown)
  rows.push({ slowdown, median: median(times), spread: spread(times) })
}
await browser.close()
server.closeAllConnections()
server.close()
printTable(
  rows.map((row) => ({
    'processor slowed down by': row.slowdown,
    'ms an image, median': row.median.toFixed(1),
    spread: row.spread.toFixed(3),
    'MB to download': megabytes.toFixed(2),
  })),
)
writeResult('phone', { megabytes, rows })
process.exitCode = megabytes < 5 ? 0 : 1
