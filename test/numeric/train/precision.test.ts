import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadModel } from '../../../src/train/predict/trained-model.ts'
import { writeValues } from '../../../src/train/net/net.ts'
import { toBfloat16 } from '../../../src/train/weights/safetensors.ts'
import { classFolders } from '../../helpers/archives.ts'
import { torch } from '../../helpers/engine.ts'
import { SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'

const engine = await torch()
let training: Training
beforeAll(async () => {
  training = await trainingOn(classFolders(3, 60), engine, { ...SMALL_JOB, budget: { epochs: 1 }, seed: 3 })
  await training.run({ precision: 'bfloat16' }, 'half')
  await training.run({ precision: 'float32' }, 'single')
})
afterAll(async () => {
  engine.setPrecision('float32')
  await training.remove()
})

const isFilter = (run: string, name: string): boolean =>
  training.checkpoint(run, 'last').tensors.get(`model/${name}`)?.shape.length === 4

describe('a model that was trained in bfloat16', () => {
  it('has the filters that its training multiplied by, and everything else as it was', () => {
    const [last, best] = [training.weights('half', 'last'), training.weights('half', 'best')]
    expect(training.checkpoint('half', 'best').info.precision).toBe('bfloat16')
    for (const [name, values] of last) {
      const rounded = toBfloat16(values)
      expect(best.get(name), name).toEqual(isFilter('half', name) ? rounded : values)
      if (isFilter('half', name)) expect(rounded, name).not.toEqual(values)
    }
  })

  it('gives the logits that were measured, bit for bit', () => {
    const model = loadModel(engine, training.path('half', 'best'))
    const { size, channels } = model.info.image
    const image = {
      data: new Uint8Array(size ** 2 * channels).map((_, i) => (i * 37) % 256),
      width: size,
      height: size,
    }
    const logits = (): Float32Array | undefined => model.predict([{ ...image, channels }])[0]?.logits
    engine.setPrecision('bfloat16')
    const used = logits()
    writeValues(engine, model.net.variables, training.weights('half', 'last'))
    expect(logits()).toEqual(used)
    model.dispose()
  })
})

it('a model that was trained in float32 keeps its weights', () => {
  expect(training.weights('single', 'best')).toEqual(training.weights('single', 'last'))
})

it('rounds to the nearest number of bfloat16, ties to even', () => {
  const [one, step] = [1, 2 ** -7]
  const values = [one + step / 2, one + 1.5 * step, one + 0.51 * step, -one - 0.49 * step, 0, 3.4e38]
  expect([...toBfloat16(Float32Array.from(values))]).toEqual([one, one + 2 * step, one + step, -one, 0, Infinity])
})
