import { createReadStream } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/engine/engine.ts'
import { exportModel } from '../../src/train/export/export.ts'
import type { ExportMetadata } from '../../src/train/weights/export-metadata.ts'
import { temporaryFolder } from '../helpers/archives.ts'
import { CHROMIUM } from '../helpers/chromium.ts'
import { relativeError, torch } from '../helpers/engine.ts'
import { BATCH, CLASSES, trained } from '../helpers/trained.ts'

interface Tfjs {
  setBackend(name: string): Promise<boolean>
  loadLayersModel(url: string): Promise<{ predict(images: unknown): { dataSync(): Float32Array } }>
  tensor(values: number[], shape: number[]): unknown
}

const TFJS = createRequire(import.meta.url).resolve('@tensorflow/tfjs/dist/tf.min.js')

let engine: Engine
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let server: Server
let base: string
let browser: Browser
beforeAll(async () => {
  engine = await torch()
  folder = await temporaryFolder()
  server = createServer((request, response) => {
    const path = (request.url ?? '/').slice(1)
    if (path === 'favicon.ico') return void response.writeHead(404).end()
    if (path === '') response.setHeader('content-type', 'text/html').end('<script src="tf.min.js"></script>')
    else createReadStream(path === 'tf.min.js' ? TFJS : join(folder.path, path)).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
})
afterAll(async () => {
  await browser.close()
  server.closeAllConnections()
  server.close()
  await folder.remove()
})

describe('a layers-model in Chromium, with plain tfjs', () => {
  it.each(['float32', 'uint8'] as const)(
    'loads in %s and gives the logits that it was exported with',
    async (precision) => {
      const model = trained(engine, { model: { name: 'mobilenet_v2', width: 0.35, strides: 'imagenet' }, size: 64 })
      await exportModel(model, { format: 'tfjs', precision, outDir: join(folder.path, precision) })
      const page = await browser.newPage()
      await page.goto(base)
      const images = [...(model.images.dataSync() as Float32Array)]
      const { logits, metadata } = await page.evaluate(
        async ({ url, values, shape }) => {
          const { tf } = globalThis as unknown as { tf: Tfjs }
          await tf.setBackend('cpu')
          const loaded = await tf.loadLayersModel(url)
          const { userDefinedMetadata } = (await (await fetch(url)).json()) as { userDefinedMetadata: unknown }
          return { logits: [...loaded.predict(tf.tensor(values, shape)).dataSync()], metadata: userDefinedMetadata }
        },
        { url: `${base}/${precision}/model.json`, values: images, shape: model.images.shape },
      )
      expect(logits).toHaveLength(BATCH * CLASSES.length)
      expect(relativeError(logits, model.logits)).toBeLessThan(precision === 'float32' ? 1e-4 : 0.5)
      const { labels, input, temperature } = metadata as ExportMetadata
      expect({ labels, input, temperature }).toMatchObject({ labels: CLASSES, input: { size: 64 }, temperature: 1.5 })
      await page.close()
    },
  )
})
