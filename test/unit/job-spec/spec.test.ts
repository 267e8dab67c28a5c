import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/errors.ts'
import type { DatasetStatistics } from '../../../src/job-spec/defaults.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { specHash } from '../../../src/job-spec/spec-hash.ts'
import { orderedSpec } from '../../../src/job-spec/ordered-spec.ts'
import { PUBLISHED_SPEC_SCHEMA } from '../../../src/job-spec/published-schema.ts'
import { JobSpec } from '../../../src/job-spec/schema.ts'

const facts: DatasetStatistics = {
  classes: ['a', 'b', 'c'],
  channels: 1,
  medianSide: 28,
  counts: { train: 6000, val: 500, test: 500 },
  classCounts: { train: [2000, 2000, 2000] },
}

function failure(spec: unknown): AppError {
  try {
    resolveSpec(spec, facts)
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('expected an AppError')
}

describe('a spec', () => {
  it('has the order of its fields again after a database that sorts them', () => {
    const input = {
      augment: ['random-crop', 'horizontal-flip'],
      stages: [{ share: 0.5 }, { loss: 'focal' }],
      budget: { epochs: 4 },
    }
    const { spec } = resolveSpec(input, facts)
    const shuffled: unknown = JSON.parse(JSON.stringify(spec), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)))
        : value,
    )
    expect(JSON.stringify(shuffled)).not.toBe(JSON.stringify(spec))
    expect(orderedSpec(shuffled)).toEqual(spec)
    expect(Object.keys(orderedSpec(shuffled) as object).slice(0, 4)).toEqual(['name', 'model', 'image', 'sampling'])
    expect(Object.keys((orderedSpec(shuffled) as typeof spec).optimizer)[0]).toBe('name')
  })

  it('may name its schema for editors, which changes nothing', () => {
    const named = resolveSpec({ $schema: 'https://example.com/spec.json', seed: 3 }, facts)
    expect(named).toEqual(resolveSpec({ seed: 3 }, facts))
    expect(PUBLISHED_SPEC_SCHEMA).toMatchObject({ $schema: expect.any(String) as string, $id: 'urn:anneal:job-spec' })
    expect(PUBLISHED_SPEC_SCHEMA.properties.$schema).toMatchObject({ type: 'string' })
    expect(failure({ budget: { $schema: 'x' } }).errors[0]?.pointer).toBe('/budget/$schema')
  })

  it('supposes equally common classes in its probabilities where the test split was made so, and training is uneven', () => {
    const uneven = { ...facts, classCounts: { train: [4000, 1900, 100] } }
    const prior = (test: number[] | undefined, classCounts = uneven.classCounts): unknown =>
      resolveSpec({}, { ...uneven, classCounts: { ...classCounts, ...(test === undefined ? {} : { test }) } }).spec
        .calibration['prior']
    expect(prior([40, 36, 40])).toBe('uniform')
    expect(prior([400, 190, 10])).toBe('data')
    expect(prior([4, 2, 2])).toBe('data')
    expect(prior([40, 40, 0])).toBe('data')
    expect(prior(undefined)).toBe('data')
    expect(prior([40, 40, 40], { train: [200, 190, 100] })).toBe('data')
    const { reasons } = resolveSpec({}, { ...uneven, classCounts: { ...uneven.classCounts, test: [40, 40, 40] } })
    expect(reasons['/calibration']).toContain('equally common classes, as in the test split')
  })

  it('may be empty: every default is written in, with a reason', () => {
    const { spec, reasons } = resolveSpec({}, facts)
    expect(spec.model).toEqual({
      name: 'resnet20',
      width: 16,
      zeroGamma: false,
      pretrained: 'none',
      freeze: 'none',
      batchNorm: 'auto',
      layerDecay: 1,
      headRate: 1,
      tap: '',
    })
    expect(spec.image.size).toBe(28)
    expect(spec.schedule).toMatchObject({ name: 'linear', learningRate: 0.1 })
    expect(reasons['/model']).toContain('28 pixels')
  })

  it('resolves to itself, with the same hash', () => {
    const first = resolveSpec({ loss: { name: 'focal' } }, facts)
    const second = resolveSpec(first.spec, facts)
    expect(second.spec).toEqual(first.spec)
    expect(second.hash).toBe(first.hash)
    expect(second.reasons).toEqual({})
  })

  it.each([
    [{ schedule: { learningRate: 0.3 } }, { schedule: { name: 'linear', learningRate: 0.3, warmupEpochs: 1.07 } }],
    [{ optimizer: { weightDecay: 0.01 } }, { optimizer: { name: 'sgd', weightDecay: 0.01 } }],
    [{ loss: { labelSmoothing: 0 } }, { loss: { name: 'cross-entropy', labelSmoothing: 0 } }],
    [{ mix: { alpha: 0.4 } }, { mix: { name: 'mixup', alpha: 0.4 } }],
    [{ model: { width: 8 } }, { model: { name: 'resnet20', width: 8 } }],
    [{ model: { pretrained: 'imagenet' } }, { model: { name: 'mobilenet_v2', pretrained: 'imagenet' } }],
  ] as const)('keeps the default where a component has no name: %j', (written, expected) => {
    const { spec, reasons } = resolveSpec(written, facts)
    expect(spec).toMatchObject(expected)
    expect(reasons[`/${Object.keys(written)[0]}/name`]).toMatch(/^the default: /)
    expect(Value.Check(JobSpec, written)).toBe(true)
  })

  it('keeps the job’s component in a stage, and the recipe’s over a recipe', () => {
    const staged = resolveSpec(
      {
        loss: { name: 'focal', gamma: 3 },
        stages: [{}, { loss: { classWeights: 'inverse' }, schedule: { learningRate: 0.01 } }],
      },
      facts,
    ).spec.stages?.[1]
    expect(staged).toMatchObject({
      loss: { name: 'focal', gamma: 3 },
      schedule: { name: 'linear', learningRate: 0.01 },
    })
    const { spec, reasons } = resolveSpec({ recipe: 'bag-of-tricks', schedule: { learningRate: 0.2 } }, facts)
    expect(spec.schedule).toMatchObject({ name: 'cosine', warmupEpochs: 5, learningRate: 0.2 })
    expect(reasons['/schedule/name']).toBe('recipe bag-of-tricks')
  })

  it('checks the options of a component without a name as the default’s', () => {
    expect(failure({ schedule: { gamma: 0.1 } }).errors[0]?.pointer).toBe('/schedule/gamma')
    expect(failure({ schedule: {}, optimizer: { nestrov: true } }).errors).toEqual([
      { pointer: '/optimizer/nestrov', detail: 'unknown key "nestrov"; did you mean "nesterov"?' },
    ])
  })

  it.each([
    [{ epochs: 3 }, '; did you mean /budget/epochs?'],
    [{ learningRate: 0.1 }, '; did you mean /schedule/learningRate?'],
    [{ lr: 0.1 }, '; did you mean /schedule/learningRate?'],
    [{ weight_decay: 0.1 }, '; did you mean /optimizer/weightDecay?'],
    [{ batch_size: 8 }, '; did you mean "batchSize"?'],
    [{ augment: ['flip'] }, '; did you mean "horizontal-flip"?'],
    [{ model: 'vit_b_16' }, ''],
    [{ zzz: 1 }, ''],
  ])('suggests what is meant for %j, and nothing far from it', (written, hint) => {
    const [error] = failure(written).errors
    expect(error?.detail).toMatch(/^unknown (key|name) "/)
    expect(error?.detail.replace(/^unknown \w+ "[^"]+"/, '')).toBe(hint)
  })

  it('has a hash that does not depend on the order of keys', () => {
    const { spec } = resolveSpec({}, facts)
    expect(specHash(Object.fromEntries(Object.entries(spec).reverse()) as unknown as typeof spec)).toBe(specHash(spec))
  })

  it('with a misspelt key names it and the nearest known one', () => {
    expect(failure({ modle: 'resnet20' }).errors).toEqual([
      { pointer: '/modle', detail: 'unknown key "modle"; did you mean "model"?' },
    ])
    expect(failure({ loss: { name: 'focal', gama: 1 } }).errors).toEqual([
      { pointer: '/loss/gama', detail: 'unknown key "gama"; did you mean "gamma"?' },
    ])
    expect(failure({ model: 'resnet2O' }).errors[0]?.detail).toContain('did you mean "resnet20"')
  })

  it.each(['toString', 'constructor', '__proto__'])('with a key %s is refused like any unknown key', (key) => {
    const { code, errors } = failure(JSON.parse(`{"${key}": "x"}`))
    expect(code).toBe('invalid_spec')
    expect(errors[0]).toMatchObject({ pointer: `/${key}`, detail: expect.stringContaining('unknown key') as string })
  })

  it('that names a schedule alone gets a learning rate that fits optimiser and batch', () => {
    const { spec, reasons } = resolveSpec({ schedule: 'cosine', optimizer: 'adam', batchSize: 256 }, facts)
    expect(spec.schedule).toMatchObject({ name: 'cosine', learningRate: 0.002 })
    expect(reasons['/schedule/learningRate']).toContain('adam')
    const stated = resolveSpec({ schedule: { name: 'cosine', learningRate: 0.1 }, optimizer: 'adam' }, facts)
    expect(stated.spec.schedule.learningRate).toBe(0.1)
    expect(stated.reasons).not.toHaveProperty('/schedule/learningRate')
  })

  it('with several mistakes gets them all at once', () => {
    const { code, errors } = failure({
      batchSize: 'many',
      precision: 'fp8',
      augment: ['flip'],
      budget: { epochs: 1, steps: 2 },
    })
    expect(code).toBe('invalid_spec')
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/augment/0', '/batchSize', '/budget', '/precision'])
  })

  it('that does not fit the data is refused', () => {
    expect(failure({ classes: 4 }).code).toBe('class_count_mismatch')
    expect(failure({ batchSize: 7000 }).errors[0]?.pointer).toBe('/batchSize')
    expect(failure({ model: 'resnet50', image: { size: 7 } })).toMatchObject({
      code: 'image_size_unsupported',
      errors: [{ pointer: '/image/size', detail: 'must be at least 8 for resnet50' }],
    })
  })

  it('whose loss compares views gets an augmentation that makes them differ, and is refused with one that does not', () => {
    expect(resolveSpec({ loss: 'jsd' }, facts).spec.augment.map(({ name }) => name)).toEqual([
      ...['random-crop', 'horizontal-flip', 'aug-mix'],
    ])
    expect(resolveSpec({ loss: 'jsd', augment: ['aug-mix'] }, facts).spec.augment.length).toBe(1)
    const stages = [{ share: 0.5 }, { augment: ['vertical-flip'] }]
    expect(failure({ loss: 'jsd', augment: ['horizontal-flip'] }).errors[0]?.pointer).toBe('/augment')
    expect(failure({ loss: 'jsd', stages }).errors.map(({ pointer }) => pointer)).toEqual(['/stages/1/augment'])
  })

  it('says what a union takes, and where in it a mistake lies', () => {
    const erasing = (options: object): AppError => failure({ augment: [{ name: 'random-erasing', ...options }] })
    expect(erasing({ fill: 300 }).errors).toEqual([
      { pointer: '/augment/0/fill', detail: 'must be one of noise, mean, a whole number from 0 to 255' },
    ])
    const policy = [[{ op: 'Rotate', probability: 0.5, magnitud: 3 }]]
    expect(failure({ augment: [{ name: 'auto-augment', policy }] }).errors).toEqual([
      { pointer: '/augment/0/policy/0/0/magnitud', detail: 'unknown key "magnitud"; did you mean "magnitude"?' },
    ])
  })

  it('has a JSON Schema with a description of every field', () => {
    const { properties } = JSON.parse(JSON.stringify(JobSpec)) as {
      properties: Record<string, { description?: string }>
    }
    for (const [name, field] of Object.entries(properties)) expect(field.description, name).toBeTruthy()
  })
})
