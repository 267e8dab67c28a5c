import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/errors.ts'
import { NO_HOST, type DatasetStatistics } from '../../../src/job-spec/defaults.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { resolveSpec, type Resolution } from '../../../src/job-spec/resolve.ts'

const facts: DatasetStatistics = {
  classes: ['a', 'b'],
  channels: 3,
  medianSide: 96,
  counts: { train: 600, val: 50, test: 50 },
  classCounts: { train: [300, 300] },
}

/** A job from a checkpoint whose model was made with these options. */
function resolved(name: string, trained: object, own: object = {}): Resolution {
  const base = parseSpec({ model: { name, ...trained } }).model!
  const model = { name, ...own, pretrained: { checkpoint: 'ckpt_1' } }
  return resolveSpec({ model }, facts, { ...NO_HOST, base })
}

function refused(name: string, trained: object, own: object): AppError {
  try {
    resolved(name, trained, own)
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('expected an AppError')
}

describe('a job that starts from a checkpoint', () => {
  it.each([
    ['resnet50', { stem: 'deep', shortcut: 'average-pool' }],
    ['resnet20', { width: 8 }],
    ['mobilenet_v2', { width: 0.35, strides: 'small', tap: 'features.11' }],
    ['densenet_bc', { depth: 40, growth: 24 }],
    ['densenet121', { stem: 'small' }],
    ['efficientnet_b0', { strides: 'imagenet' }],
    ['inception_v3', { stem: 'imagenet', auxiliary: false }],
  ])('has the architecture of its %s, and says why', (name, trained) => {
    const { spec, reasons } = resolved(name, trained)
    expect(spec.model).toMatchObject(trained)
    for (const option of Object.keys(trained))
      expect(reasons[`/model/${option}`]).toBe('that of the checkpoint it starts from')
  })

  it('keeps what training alone needs at its own values', () => {
    const { spec } = resolved('mobilenet_v2', { width: 0.5, dropout: 0.7, freeze: 'trunk', layerDecay: 0.5 })
    expect(spec.model).toMatchObject({ width: 0.5, dropout: 0.2, freeze: 'none', layerDecay: 1 })
  })

  it('takes `auto` for left open, may say the same, and resolves to itself', () => {
    const { spec, hash } = resolved('resnet50', { stem: 'deep' }, { stem: 'auto' })
    expect(spec.model['stem']).toBe('deep')
    expect(resolved('resnet50', { stem: 'deep' }, { stem: 'deep' }).spec.model).toEqual(spec.model)
    const again = resolveSpec(spec, facts, {
      ...NO_HOST,
      base: parseSpec({ model: { name: 'resnet50', stem: 'deep' } }).model!,
    })
    expect(again.hash).toBe(hash)
  })

  it('may cut the trunk elsewhere, and do without an auxiliary head', () => {
    expect(resolved('mobilenet_v2', { tap: 'features.12' }, { tap: 'features.8' }).spec.model['tap']).toBe('features.8')
    expect(resolved('inception_v3', {}, { auxiliary: false }).spec.model['auxiliary']).toBe(false)
  })

  it('is refused where an option would not fit the weights, with each by name and value', () => {
    const { code, errors } = refused(
      'resnet50',
      { stem: 'deep', shortcut: 'average-pool' },
      { stem: 'imagenet', shortcut: 'convolution' },
    )
    expect(code).toBe('invalid_spec')
    expect(errors).toEqual([
      {
        pointer: '/model/stem',
        detail: 'is imagenet, and the checkpoint that the model starts from has deep: omit it, or use the same value',
      },
      {
        pointer: '/model/shortcut',
        detail:
          'is convolution, and the checkpoint that the model starts from has average-pool: omit it, or use the same value',
      },
    ])
  })

  it('is refused where its model is another one', () => {
    const model = { name: 'resnet34', pretrained: { checkpoint: 'ckpt_1' } }
    const base = parseSpec({ model: 'resnet18' }).model!
    expect(() => resolveSpec({ model }, facts, { ...NO_HOST, base })).toThrow('is a resnet18, not a resnet34')
  })
})
