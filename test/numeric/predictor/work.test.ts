import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { createWork } from '../../../src/predictor/work.ts'
import type { ModelFile } from '../../../src/service/ports/models.ts'
import { png, temporaryFolder } from '../../helpers/archives.ts'
import { writeTestCheckpoint } from '../../helpers/checkpoint-file.ts'
import { torch } from '../../helpers/engine.ts'

const CLASSES = ['ant', 'bee', 'cat']

let engine: Engine
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  engine = await torch()
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

it('a predictor refuses a checkpoint whose content is not what was stored', async () => {
  const path = join(folder.path, 'flipped.safetensors')
  const { sha256 } = await writeTestCheckpoint(
    path,
    { classes: CLASSES, model: { name: 'resnet20', width: 4 } },
    engine,
  )
  const work = createWork(engine, { modelBytes: 0 })
  const image = { path: join(folder.path, 'flipped.png'), name: 'flipped.png' }
  await writeFile(image.path, png(1, 40))
  const predict = () => work.predict({ model: { path, sha256 }, images: [image], top: 1, logits: false, asIs: false })
  expect(await predict()).toHaveLength(1)
  const other = { path: join(folder.path, 'other.safetensors'), sha256: 'f'.repeat(64) }
  const bytes = await readFile(path)
  bytes[bytes.length - 8] = (bytes[bytes.length - 8] ?? 0) ^ 1
  await writeFile(other.path, bytes)
  const use = { precision: 'float32', path: join(folder.path, 'export') } as const
  const refused = { code: 'checkpoint_damaged', message: expect.stringContaining('damaged') as string }
  await expect(
    work.predict({ model: other, images: [image], top: 1, logits: false, asIs: false }),
  ).rejects.toMatchObject(refused)
  await expect(work.gradCam({ model: other, image })).rejects.toMatchObject(refused)
  await expect(work.export({ model: other, format: 'onnx', ...use })).rejects.toMatchObject(refused)
  await expect(
    work.precisionCost({ model: other, precision: 'uint8', packed: '/nowhere', most: 1 }),
  ).rejects.toMatchObject(refused)
})

describe('a predictor’s memory', () => {
  it.each([
    ['of models with a tap, an auxiliary head and features of their own', 0],
    ['of models that it may keep', 1e9],
  ])('does not grow over uses %s', async (_, modelBytes) => {
    const models = [
      { model: { name: 'resnet20', width: 4 }, size: 12 },
      { model: { name: 'mobilenet_v2', width: 0.35, tap: 'features.4' }, size: 32 },
      { model: { name: 'inception_v3' }, size: 75 },
    ]
    const files: ModelFile[] = []
    for (const [i, given] of models.entries()) {
      const path = join(folder.path, `${i}.safetensors`)
      const { sha256 } = await writeTestCheckpoint(path, { classes: CLASSES, ...given, channels: 3, seed: i }, engine)
      files.push({ path, sha256 })
    }
    const path = join(folder.path, 'image.png')
    await writeFile(path, png(1, 40))
    const image = { path, name: 'image.png' }
    const work = createWork(engine, { modelBytes })
    const useAll = async (): Promise<[number, number]> => {
      for (const model of files) {
        await work.predict({ model, images: [image, image], top: 1, logits: false, asIs: false })
        await work.gradCam({ model, image })
        await work.export({ model, format: 'onnx', precision: 'uint8', path: join(folder.path, 'export') })
      }
      const { numTensors, nativeBytes } = engine.memory()
      return [numTensors, nativeBytes]
    }
    await useAll()
    const before = await useAll()
    expect(await useAll()).toEqual(before)
  })
})
