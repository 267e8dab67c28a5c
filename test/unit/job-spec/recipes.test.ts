import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/errors.ts'
import type { DatasetStatistics, HostContext } from '../../../src/job-spec/defaults.ts'
import { RECIPE_SUMMARIES, recipes } from '../../../src/job-spec/recipes.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'

const facts = (side: number, train: number[], classes = train.map((_, i) => `c${i}`)): DatasetStatistics => ({
  classes,
  channels: 3,
  medianSide: side,
  counts: { train: train.reduce((sum, count) => sum + count, 0), val: 100, test: 100 },
  classCounts: { train },
})
const even = facts(32, [2000, 2000, 2000])
const tailed = facts(32, [5000, 500, 50])
const photos = facts(300, [1500, 1500])
const CPU: HostContext = { pretrained: [], device: 'cpu' }

function errorsOf(spec: unknown, data = even): AppError['errors'] {
  try {
    resolveSpec(spec, data)
  } catch (error) {
    if (error instanceof AppError) return error.errors
  }
  throw new Error('expected an AppError')
}

describe('the defaults', () => {
  it('are each there for a reason', () => {
    const { spec, reasons } = resolveSpec({}, even)
    for (const field of Object.keys(spec))
      if (!['name', 'image'].includes(field)) expect(reasons[`/${field}`], field).toBeTruthy()
    expect(reasons['/image/size']).toBeTruthy()
    expect(reasons['/schedule/learningRate']).toBeTruthy()
  })

  it('allow for a long tail in the loss', () => {
    const { spec, reasons } = resolveSpec({}, tailed)
    expect(spec.loss.name).toBe('logit-adjusted')
    expect(reasons['/loss']).toContain('100 times')
    expect(spec.sampling.name).toBe('natural')
    expect(resolveSpec({}, even).spec.loss.name).toBe('cross-entropy')
    for (const balancing of [
      { sampling: 'class-balanced' },
      { adjustment: 'logit-adjustment' },
      { stages: [{}, { sampling: 'class-aware' }] },
    ])
      expect(resolveSpec(balancing, tailed).spec.loss.name).toBe('cross-entropy')
  })

  it('take pretrained weights that are at hand, and a lower rate with them', () => {
    const { spec, reasons } = resolveSpec({}, photos, { pretrained: ['resnet50', 'mobilenet_v2'], device: 'cpu' })
    expect(spec.model).toMatchObject({ name: 'mobilenet_v2', pretrained: 'imagenet' })
    expect(spec.image.size).toBe(224)
    expect(spec.schedule.learningRate).toBeLessThan(resolveSpec({}, photos).spec.schedule.learningRate)
    expect(reasons['/model']).toContain('cached')
    expect(resolveSpec({}, photos, { pretrained: ['resnet50', 'mobilenet_v2'], device: 'cuda' }).spec.model.name).toBe(
      'resnet50',
    )
  })

  it('follow the device: smaller images on a CPU, larger nets and batches on a GPU', () => {
    const [cpu, cuda] = [CPU, { pretrained: [], device: 'cuda' as const }].map((at) => resolveSpec({}, photos, at).spec)
    expect(cpu).toMatchObject({ model: { name: 'resnet18' }, image: { size: 128 }, batchSize: 32 })
    expect(cuda).toMatchObject({ model: { name: 'resnet50' }, image: { size: 224 }, batchSize: 64 })
  })

  it('give SGD 0.1 per 128 small images, 0.1 per 256 of others, and a fifth of that to pretrained weights', () => {
    const rate = (spec: object, data: DatasetStatistics): number =>
      resolveSpec({ batchSize: 128, ...spec }, data).spec.schedule.learningRate
    expect(rate({}, even)).toBe(0.1)
    expect(rate({}, photos)).toBe(0.05)
    expect(rate({ model: { name: 'resnet18', pretrained: 'imagenet' } }, photos)).toBe(0.01)
    expect(rate({ optimizer: 'adam' }, photos)).toBe(0.001)
  })

  it('leave an epoch of few images several steps', () => {
    const { spec, reasons } = resolveSpec({}, facts(28, [200, 200]))
    expect(spec.batchSize).toBe(32)
    expect(reasons['/batchSize']).toContain('400 training images')
  })

  it('add operations and mixing to long budgets only', () => {
    const long = resolveSpec({ budget: { epochs: 100 } }, even).spec
    expect(long.augment.map(({ name }) => name)).toContain('trivial-augment')
    expect(long.mix.name).toBe('mixup')
    expect(resolveSpec({ budget: { epochs: 5 } }, even).spec.mix.name).toBe('none')
    // Many epochs of few images are a short budget all the same.
    const few = facts(28, [200, 200])
    const short = resolveSpec({ budget: { steps: 1000 } }, few).spec
    expect(short.augment.map(({ name }) => name)).toEqual(['random-crop', 'horizontal-flip'])
    expect(short.mix.name).toBe('none')
  })

  it('fill with the ground what an image is moved away from', () => {
    const fills = (background: string): unknown[] =>
      resolveSpec({ budget: { epochs: 100 }, image: { background } }, even).spec.augment.map(
        (each) => (each as { fill?: number }).fill,
      )
    expect(fills('white')).toEqual([255, undefined, 255])
    expect(fills('black')).toEqual([0, undefined, 0])
  })
})

describe('a named recipe', () => {
  it('says what it is for', () => {
    expect(Object.keys(RECIPE_SUMMARIES).sort()).toEqual([...recipes.keys()].sort())
  })

  it.each([...recipes.keys()])('resolves for small images and for large ones: %s', (recipe) => {
    for (const data of [even, tailed, photos]) {
      const { spec, reasons } = resolveSpec({ recipe }, data)
      expect(resolveSpec(spec, data).spec).toEqual(spec)
      for (const field of Object.keys(recipes.get(recipe)!)) expect(reasons[`/${field}`]).toBe(`recipe ${recipe}`)
    }
  })

  it('gives way to the fields beside it', () => {
    const { spec, reasons } = resolveSpec({ recipe: 'long-tail', loss: 'focal' }, even)
    expect(spec.loss.name).toBe('focal')
    expect(spec.averaging).toMatchObject({ name: 'ema' })
    expect(reasons).not.toHaveProperty('/loss')
  })

  it('that does not exist is refused with the names of those that do', () => {
    expect(errorsOf({ recipe: 'lng-tail' })).toEqual([
      { pointer: '/recipe', detail: expect.stringContaining('long-tail') as string },
    ])
  })

  it.each(['baseline', 'fine-tune', 'long-tail', 'robust', 'mobile', 'budget', 'bag-of-tricks', 'open-long-tail'])(
    'is there: %s',
    (name) => {
      expect(recipes.has(name)).toBe(true)
    },
  )
})

describe('combinations that make no sense', () => {
  it.each([
    ['views without their augmentation', { loss: 'jsd', augment: ['horizontal-flip'] }, '/augment'],
    ['views with mixing', { loss: 'jsd', augment: ['aug-mix'], mix: 'mixup' }, '/mix'],
    [
      'views with mixing in one stage',
      { loss: 'jsd', augment: ['aug-mix'], stages: [{}, { mix: 'cutmix' }] },
      '/stages/1/mix',
    ],
  ])('are refused: %s', (_, spec, pointer) => {
    expect(errorsOf(spec).map((error) => error.pointer)).toContain(pointer)
  })

  it('are refused: undersampling that leaves less than a batch', () => {
    const [error] = errorsOf({ sampling: 'undersample', batchSize: 256 }, tailed)
    expect(error).toEqual({
      pointer: '/batchSize',
      detail: 'must be at most 150: an epoch of sampling undersample has no more images',
    })
  })

  it.each([
    ['classes balanced twice', { sampling: 'oversample', loss: { name: 'class-balanced' } }, '/sampling'],
    [
      'classes weighted and sampled',
      { sampling: 'class-balanced', loss: { name: 'focal', classWeights: 'inverse' } },
      '/sampling',
    ],
    ['logits adjusted twice', { loss: 'logit-adjusted', adjustment: 'logit-adjustment' }, '/adjustment'],
    ['logits adjusted and sampled', { sampling: 'class-aware', adjustment: 'logit-adjustment' }, '/adjustment'],
    ['SWA of weights that stand still', { averaging: 'swa', schedule: 'linear' }, '/averaging'],
    ['two policies', { augment: ['rand-augment', 'trivial-augment'] }, '/augment'],
    ['a head on random features', { model: { name: 'resnet18', freeze: 'trunk' } }, '/model/freeze'],
    ['a head that is new anyway', { stages: [{ head: 'reset' }] }, '/stages/0/head'],
  ])('are warned about: %s', (_, spec, pointer) => {
    expect(resolveSpec(spec, even).warnings.map((warning) => warning.pointer)).toContain(pointer)
  })

  it('are not found in the defaults', () => {
    for (const data of [even, tailed, photos]) expect(resolveSpec({}, data).warnings).toEqual([])
  })
})
