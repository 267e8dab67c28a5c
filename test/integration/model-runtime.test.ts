import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../src/data/ingest.ts'
import type { AppError } from '../../src/errors.ts'
import { createModelRuntime } from '../../src/predictor/runtime.ts'
import type { ModelFile, ModelRuntime } from '../../src/service/ports/models.ts'
import { classFolders, temporaryFolder, writeZip } from '../helpers/archives.ts'
import { writeTestCheckpoint } from '../helpers/checkpoint-file.ts'
import { torch } from '../helpers/engine.ts'
import { fakeModels } from '../helpers/fake-models.ts'

const CLASSES = ['class0', 'class1', 'class2']
const log = { info: () => undefined, warn: () => undefined }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let model: ModelFile
let packed: string
let pictures: { path: string; name: string }[]
beforeAll(async () => {
  folder = await temporaryFolder()
  const written = await writeTestCheckpoint(join(folder.path, 'm.safetensors'), { classes: CLASSES }, await torch())
  model = { path: written.path, sha256: written.sha256 }
  const files = classFolders(3, 12)
  packed = join(folder.path, 'packed')
  await ingest(await writeZip(join(folder.path, 'data.zip'), files), packed)
  pictures = await Promise.all(
    Object.entries(files)
      .slice(0, 4)
      .map(async ([name, bytes]) => {
        const path = join(folder.path, name.replace('/', '-'))
        await writeFile(path, bytes)
        return { path, name }
      }),
  )
})
afterAll(() => folder.remove())

const failure = async (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error as AppError,
  )

describe.each([
  [
    'the predictor process',
    () => createModelRuntime({ engine: 'torch', threads: 1, modelBytes: 1e9, environment: process.env, log }),
  ],
  ['the fake of the API tests', fakeModels],
] as const)('%s', (_, create) => {
  let models: ModelRuntime
  beforeAll(() => {
    models = create()
  })
  afterAll(() => models.stop())

  const all = { top: 3, logits: true, asIs: false }

  it('predicts images in their order, with calibrated probabilities from the likeliest down', async () => {
    const results = await models.predict(model, pictures, all)
    expect(results).toHaveLength(4)
    for (const { top, logits = [] } of results) {
      expect(top.map(({ label }) => label).sort()).toEqual(CLASSES)
      const probabilities = top.map(({ probability }) => probability)
      expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a))
      expect(probabilities.reduce((sum, value) => sum + value)).toBeCloseTo(1, 6)
      expect(logits).toHaveLength(3)
      const ratio = Math.log((top[0]?.probability ?? 0) / (top[2]?.probability ?? 1))
      expect(ratio).toBeCloseTo((Math.max(...logits) - Math.min(...logits)) / 1.25, 4)
    }
    const [alone] = await models.predict(model, pictures.slice(2, 3), { top: 1, logits: false, asIs: false })
    expect(alone).toEqual({ answer: results[2]?.answer, top: results[2]?.top.slice(0, 1) })
  })

  it('predicts an image of a packed data set', async () => {
    const [result] = await models.predict(model, [{ packed, split: 'test', index: 0 }], all)
    expect(result?.top).toHaveLength(3)
    const beyond = await failure(models.predict(model, [{ packed, split: 'test', index: 999 }], all))
    expect(beyond).toMatchObject({ code: 'not_found', errors: [{ pointer: '/images/0' }] })
  })

  it('says which image cannot be decoded', async () => {
    const broken = join(folder.path, 'broken.png')
    await writeFile(broken, 'no image')
    const error = await failure(models.predict(model, [pictures[0]!, { path: broken, name: 'broken.png' }], all))
    expect(error).toMatchObject({ code: 'image_undecodable', errors: [{ pointer: '/images/1' }] })
    expect(error.message).toContain('broken.png')
  })

  it('takes images as they are only in the input size', async () => {
    const large = join(folder.path, 'large.png')
    await writeFile(
      large,
      await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    )
    const asIs = { ...all, asIs: true }
    expect(await models.predict(model, pictures.slice(0, 1), asIs)).toHaveLength(1)
    expect(await failure(models.predict(model, [{ path: large, name: 'large.png' }], asIs))).toMatchObject({
      code: 'image_size_unsupported',
    })
  })

  it('refuses a file that is no checkpoint', async () => {
    const path = join(folder.path, 'no-checkpoint')
    await writeFile(path, 'nothing')
    const codeOf = async (file: { path: string; sha256: string }): Promise<string> =>
      (await failure(models.predict(file, pictures, all))).code
    const sha256 = createHash('sha256').update('nothing').digest('hex')
    expect(await codeOf({ path, sha256 })).toBe('checkpoint_invalid')
    expect(await codeOf({ path, sha256: 'n' })).toBe('checkpoint_damaged')
    expect(await codeOf({ path: join(folder.path, 'missing'), sha256: 'm' })).toBe('checkpoint_invalid')
  })

  it('explains a class as PNG of the input size, the likeliest one by default, and refuses an unknown one', async () => {
    const { label, png } = await models.gradCam(model, pictures[0]!)
    const [{ top } = { top: [] }] = await models.predict(model, pictures.slice(0, 1), all)
    expect(label).toBe(top[0]?.label)
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 12, height: 12 })
    expect((await models.gradCam(model, { packed, split: 'val', index: 0 }, 'class1')).label).toBe('class1')
    expect(await failure(models.gradCam(model, pictures[0]!, 'class9'))).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/class' }],
    })
  })

  it.each([
    ['tfjs', 'uint8', 'model.zip'],
    ['onnx', 'float16', 'model.onnx'],
    ['safetensors', 'float32', 'model.safetensors'],
  ] as const)('exports %s in %s as one file, the same bytes every time', async (format, precision, fileName) => {
    const path = join(folder.path, `export-${format}`)
    const first = await models.exportModel(model, { format, precision, path })
    const bytes = await readFile(path)
    expect(first).toMatchObject({ fileName, sizeBytes: bytes.byteLength, metadata: { labels: CLASSES } })
    expect(first.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(first.files.length).toBeGreaterThan(0)
    expect(await models.exportModel(model, { format, precision, path })).toEqual(first)
  })

  it('refuses safetensors in uint8', async () => {
    const wanted = { format: 'safetensors', precision: 'uint8', path: join(folder.path, 'x') } as const
    expect(await failure(models.exportModel(model, wanted))).toMatchObject({ code: 'invalid_request' })
  })

  it('measures what a precision costs on the test split', async () => {
    const cost = await models.precisionCost(model, { precision: 'uint8', packed, most: 2 })
    expect(cost).toMatchObject({ split: 'test', images: 2 })
    for (const share of [cost?.original ?? -1, cost?.exported ?? -1]) {
      expect(share).toBeGreaterThanOrEqual(0)
      expect(share).toBeLessThanOrEqual(1)
    }
  })
})
