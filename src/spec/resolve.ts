import { createHash } from 'node:crypto'
import { AppError, type ErrorDetail } from '../errors.ts'
import { models } from '../zoo/models/registry.ts'
import type { ComponentField, ComponentSpec } from './components.ts'
import { imagenetSource, modelsWithImagenet, transferOf, type Pretrained } from '../zoo/models/transfer.ts'
import { parseSpec, type ParsedSpec } from './parse.ts'
import type { ResolvedSpec } from './schema.ts'

/** What a spec's defaults follow from; a packed data set's manifest has it. */
export interface DataFacts {
  classes: string[]
  channels: number
  medianSide: number
  counts: { train: number; val: number; test: number }
  classCounts: { train: number[] }
}

export interface Resolution {
  spec: ResolvedSpec
  /** SHA-256 of the canonical JSON of the spec. */
  hash: string
  /** Why a field has the value it has, by pointer, for every field that was not given. */
  reasons: Record<string, string>
}

const SMALL_SIDE = 64
const REFERENCE_BATCH = 128

/**
 * Checks a spec against the data and fills in every default.
 * @throws AppError `invalid_spec`, `class_count_mismatch` or `image_size_unsupported`, with pointers.
 */
export function resolveSpec(input: unknown, facts: DataFacts): Resolution {
  const given = parseSpec(input)
  const reasons: Record<string, string> = {}
  const choose = <T>(field: string, value: T | undefined, fallback: () => [value: T, reason: string]): T => {
    if (value !== undefined) return value
    const [chosen, reason] = fallback()
    reasons[`/${field}`] = reason
    return chosen
  }
  if (given.classes !== undefined && given.classes !== facts.classes.length)
    throw new AppError(
      'class_count_mismatch',
      `The spec asks for ${given.classes} classes; the data set has ${facts.classes.length}.`,
      {
        errors: [{ pointer: '/classes', detail: `must be ${facts.classes.length}, the data set’s number of classes` }],
      },
    )

  const small = facts.medianSide < SMALL_SIDE
  const model = choose('model', given.model, () =>
    small
      ? [component('model', 'resnet20'), `images of ${facts.medianSide} pixels are small`]
      : [component('model', 'resnet18'), `images of ${facts.medianSide} pixels`],
  )
  const { pretrained } = transferOf(model)
  if (pretrained !== 'none') takeWholeStem(model, pretrained, reasons)
  const size = choose('image/size', given.image?.size, () =>
    pretrained === 'none'
      ? [defaultSize(model, facts.medianSide), `what ${model.name} takes for images of ${facts.medianSide} pixels`]
      : [defaultSize(model, Infinity), `what ${model.name} was made for`],
  )
  requireSize(model, size)
  const batchSize = choose('batchSize', given.batchSize, () => defaultBatch(size, facts))
  requireBatch(batchSize, facts)
  const optimizer = choose('optimizer', given.optimizer, () => [
    component('optimizer', 'sgd'),
    'the recipe’s choice for convolutional nets',
  ])
  const spec: ResolvedSpec = {
    name: given.name ?? '',
    model,
    image: { ...imageOf(given.image), size },
    sampling: choose('sampling', given.sampling, () => [component('sampling', 'natural'), 'every image once an epoch']),
    augment: choose('augment', given.augment, () => defaultAugment(small)),
    loss: choose('loss', given.loss, () => [
      component('loss', 'cross-entropy'),
      'label smoothing 0.1 calibrates and regularises',
    ]),
    optimizer,
    schedule: withLearningRate(
      choose('schedule', given.schedule, () => [
        component('schedule', 'linear', { warmupEpochs: 0.25 }),
        'linear to zero over the budget',
      ]),
      statesLearningRate(input),
      () => choose('schedule/learningRate', undefined, () => defaultLearningRate(optimizer, batchSize)),
    ),
    averaging: choose('averaging', given.averaging, () => [
      component('averaging', 'none'),
      'linear decay to zero averages by itself',
    ]),
    budget: budgetOf(choose('budget', given.budget, () => defaultBudget(facts, batchSize))),
    batchSize,
    precision: choose('precision', given.precision, () => ['auto', 'bfloat16 where the processor has it']),
    calibration: choose('calibration', given.calibration, () => [
      'temperature',
      'probabilities that mean what they say',
    ]),
    seed: choose('seed', given.seed, () => [0, 'fixed, so that a run can be repeated']),
  }
  return { spec, hash: specHash(spec), reasons }
}

/** The weights that a spec starts from. */
export const pretrainedOf = ({ model }: Pick<ResolvedSpec, 'model'>): Pretrained => transferOf(model).pretrained

/** The checkpoint that a spec starts from, where it does. */
export function baseCheckpoint(spec: Pick<ResolvedSpec, 'model'>): string | undefined {
  const pretrained = pretrainedOf(spec)
  return typeof pretrained === 'object' && 'checkpoint' in pretrained ? pretrained.checkpoint : undefined
}

/** SHA-256 of a spec's JSON with sorted keys. */
export function specHash(spec: ResolvedSpec): string {
  return createHash('sha256').update(canonical(spec)).digest('hex')
}

/** Steps of a run. */
export function runLength(spec: ResolvedSpec, trainImages: number): { totalSteps: number; stepsPerEpoch: number } {
  const stepsPerEpoch = Math.floor(trainImages / spec.batchSize)
  return {
    stepsPerEpoch,
    totalSteps:
      'steps' in spec.budget ? spec.budget.steps : Math.max(1, Math.round(spec.budget.epochs * stepsPerEpoch)),
  }
}

function component(field: ComponentField, name: string, options: object = {}): ComponentSpec {
  return parseSpec({ [field]: { name, ...options } })[field]!
}

function defaultSize(model: ComponentSpec, side: number): number {
  const { name, ...options } = model
  return models.find((candidate) => candidate.name === name)?.defaultSize(options, side) ?? side
}

/** Pretrained weights have the stem for large images; and `imagenet` must be a source. */
function takeWholeStem(model: ComponentSpec, pretrained: Pretrained, reasons: Record<string, string>): void {
  if (pretrained === 'imagenet' && imagenetSource(model.name) === undefined)
    throw new AppError('invalid_spec', `There are no ImageNet weights of ${model.name}.`, {
      errors: [{ pointer: '/model/pretrained', detail: `imagenet is known for ${modelsWithImagenet().join(', ')}` }],
    })
  if (typeof pretrained === 'object' && 'checkpoint' in pretrained) return
  for (const option of ['stem', 'strides'])
    if (model[option] === 'auto') {
      model[option] = 'imagenet'
      reasons[`/model/${option}`] = 'what pretrained weights have'
    }
}

function imageOf({ channels, mean, std }: NonNullable<ParsedSpec['image']> = {}): Omit<ResolvedSpec['image'], 'size'> {
  if (mean?.length !== std?.length)
    throw new AppError('invalid_spec', 'An image’s mean and std go together, one number a channel.', {
      errors: [{ pointer: '/image', detail: 'must have as many numbers in mean as in std' }],
    })
  return {
    ...(channels === undefined ? {} : { channels }),
    ...(mean === undefined || std === undefined ? {} : { mean, std }),
  }
}

function requireSize({ name, ...options }: ComponentSpec, size: number): void {
  const minimum = models.find((candidate) => candidate.name === name)?.minimumSize(options) ?? 1
  if (size >= minimum) return
  throw new AppError(
    'image_size_unsupported',
    `${name} takes images of at least ${minimum}×${minimum} pixels, not ${size}×${size}.`,
    {
      errors: [{ pointer: '/image/size', detail: `must be at least ${minimum} for ${name}` }],
    },
  )
}

function defaultBatch(size: number, { counts }: DataFacts): [number, string] {
  const wanted = size <= SMALL_SIDE ? 128 : 32
  const fitting = Math.max(2, Math.min(wanted, counts.train))
  return [fitting, fitting === wanted ? `usual for ${size} pixels` : `there are only ${counts.train} training images`]
}

function requireBatch(batchSize: number, { counts }: DataFacts): void {
  if (batchSize <= counts.train) return
  const errors: ErrorDetail[] = [
    { pointer: '/batchSize', detail: `must be at most ${counts.train}, the number of training images` },
  ]
  throw new AppError(
    'invalid_spec',
    `A batch of ${batchSize} images is more than the ${counts.train} training images.`,
    { errors },
  )
}

function defaultAugment(small: boolean): [ComponentSpec[], string] {
  const names = small ? ['random-crop', 'horizontal-flip'] : ['random-resized-crop', 'horizontal-flip']
  return [
    parseSpec({ augment: names }).augment ?? [],
    small ? 'shift and flip, for small images' : 'crop and flip, as for ImageNet',
  ]
}

/** Parsing writes the schema's default in, so that only the input says whether the rate was asked for. */
function statesLearningRate(input: unknown): boolean {
  const { schedule } = input as { schedule?: unknown }
  return typeof schedule === 'object' && schedule !== null && 'learningRate' in schedule
}

function withLearningRate(schedule: ComponentSpec, stated: boolean, fallback: () => number): ResolvedSpec['schedule'] {
  return { ...schedule, learningRate: stated ? Number(schedule['learningRate']) : fallback() }
}

function defaultLearningRate(optimizer: ComponentSpec, batchSize: number): [number, string] {
  const base = optimizer.name === 'sgd' ? 0.1 : 1e-3
  const learningRate = Number(((base * batchSize) / REFERENCE_BATCH).toPrecision(3))
  return [learningRate, `${base} for ${optimizer.name} and ${REFERENCE_BATCH} images, scaled to the batch`]
}

function defaultBudget({ counts }: DataFacts, batchSize: number): [{ epochs: number }, string] {
  const steps = 4000
  const epochs = Math.min(100, Math.max(4, Math.round((steps * batchSize) / counts.train)))
  return [{ epochs }, `about ${steps} steps, at least 4 and at most 100 epochs`]
}

function budgetOf(budget: { epochs?: number; steps?: number }): ResolvedSpec['budget'] {
  if (budget.steps !== undefined) return { steps: budget.steps }
  if (budget.epochs !== undefined) return { epochs: budget.epochs }
  throw new AppError('invalid_spec', 'A budget has epochs or steps.', {
    errors: [{ pointer: '/budget', detail: 'must have epochs or steps' }],
  })
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`
}
