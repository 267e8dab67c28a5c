import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { exportModel } from '../../../src/train/export/export.ts'
import { temporaryFolder } from '../../helpers/archives.ts'
import { torch } from '../../helpers/engine.ts'
import { trained, type Case } from '../../helpers/trained.ts'

const run = promisify(execFile)

/** Every way in which the Python client changes torchvision's modules. */
const CASES: Readonly<Record<string, Case>> = {
  'resnet18-small': { model: { name: 'resnet18' }, size: 32 },
  'resnet18-imagenet': { model: { name: 'resnet18', stem: 'imagenet' }, size: 64 },
  'resnet18-grey': { model: { name: 'resnet18' }, size: 16, channels: 1 },
  'resnet50-deep': { model: { name: 'resnet50', stem: 'deep', shortcut: 'average-pool' }, size: 65 },
  resnet20: { model: { name: 'resnet20', width: 8 }, size: 20 },
  'mobilenet-small': { model: { name: 'mobilenet_v2', width: 0.35 }, size: 32 },
  'mobilenet-imagenet': { model: { name: 'mobilenet_v2', width: 0.5, strides: 'imagenet' }, size: 64 },
  'efficientnet-small': { model: { name: 'efficientnet_b0' }, size: 32 },
  'efficientnet-slow': { model: { name: 'efficientnet_b5', strides: 'imagenet' }, size: 64 },
  'densenet-small': { model: { name: 'densenet121' }, size: 32 },
  'densenet-imagenet': { model: { name: 'densenet121', stem: 'imagenet' }, size: 64 },
  'densenet-bc': { model: { name: 'densenet_bc', depth: 22, growth: 12 }, size: 16 },
  'inception-small': { model: { name: 'inception_v3' }, size: 32 },
  'inception-imagenet': { model: { name: 'inception_v3', stem: 'imagenet' }, size: 75 },
}

let engine: Engine
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  engine = await torch()
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

it('the Python client makes torchvision modules that give the logits of the model', async () => {
  const names = Object.keys(CASES)
  for (const name of names) {
    const model = trained(engine, CASES[name]!)
    const outDir = join(folder.path, name)
    await exportModel(model, { format: 'safetensors', precision: 'float32', outDir })
    await writeFile(join(outDir, 'info.json'), JSON.stringify(model.info))
    await writeFile(join(outDir, 'images.bin'), new Uint8Array((model.images.dataSync() as Float32Array).buffer))
    await writeFile(join(outDir, 'logits.bin'), new Uint8Array(model.logits.buffer))
  }
  const { stdout } = await run(
    '/usr/bin/python3',
    ['clients/python/tests/compare_logits.py', ...names.map((name) => join(folder.path, name))],
    { env: { ...process.env, LD_PRELOAD: '', PYTHONPATH: 'clients/python/src', PYTHONDONTWRITEBYTECODE: '1' } },
  )
  const errors = JSON.parse(stdout) as Record<string, number>
  expect(Object.keys(errors)).toEqual(names)
  expect(Object.entries(errors).filter(([, error]) => !(error < 1e-4))).toEqual([])
})
