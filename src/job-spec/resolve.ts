import { createHash } from 'node:crypto'
import { AppError, type ErrorDetail } from '../errors.ts'
import { models } from '../zoo/models/registry.ts'
import type { ComponentSpec } from './components.ts'
import { imagenetSource, modelsWithImagenet, transferOf, type Pretrained } from '../zoo/models/transfer.ts'
import { withBaseArchitecture } from './base-model.ts'
import { resolveEvaluation } from './evaluation.ts'
import { findings } from './combinations.ts'
import {
  balances,
  BARE,
  component,
  defaultAugment,
  defaultBatch,
  defaultBudget,
  defaultLearningRate,
  defaultLoss,
  defaultMix,
  defaultModel,
  defaultSampling,
  defaultSize,
  sizeFor,
  type Choice,
  type DataFacts,
  type Surroundings,
} from './defaults.ts'
import { checkAdjustment, checkHeads } from './heads.ts'
import { invalidSpec, parseSpec, type ParsedSpec, type ParsedStage } from './parse.ts'
import { checkOpenSet, knownFacts } from './open-set.ts'
import { withSavedPolicies } from './policies.ts'
import { recipes } from './recipes.ts'
import type { ResolvedSpec, ScheduleSpec, StageSpec } from './schema.ts'
import { requireViews, takesViews } from './views.ts'
import { stageLength, stagesOf } from './stages.ts'
import { defaultComponent } from './default-component.ts'
import { isRecord, overRecipe, withNames } from './unnamed.ts'

export interface Resolution {
  spec: ResolvedSpec
  /** SHA-256 of the canonical JSON of the spec. */
  hash: string
  /** Why a field has the value it has, by pointer, for every field that was not given. */
  reasons: Record<string, string>
  /** What is allowed and probably not meant. */
  warnings: ErrorDetail[]
}

/**
 * Checks a spec against the data and fills in every default.
 * @throws AppError `invalid_spec`, `class_count_mismatch` or `image_size_unsupported`, with pointers.
 */
export function resolveSpec(written: unknown, data: DataFacts, surroundings: Surroundings = BARE): Resolution {
  const { input: merged, recipe } = withRecipe(written)
  const { input: named, reasons: names } = withNames(merged, (field, own) =>
    defaultComponent(field, own, { data, surroundings }),
  )
  const { input, reasons: saved } = withSavedPolicies(named, surroundings.policies)
  const given = parseSpec(input)
  const reasons: Record<string, string> = {
    ...Object.fromEntries(recipe.fields.map((field) => [`/${field}`, `recipe ${recipe.name}`])),
    ...names,
    ...saved,
  }
  const choose = <T>(field: string, value: T | undefined, fallback: () => Choice<T>): T => {
    if (value !== undefined) return value
    const [chosen, reason] = fallback()
    reasons[`/${field}`] = reason
    return chosen
  }
  requireClasses(given, data)
  const facts = knownFacts(given, data)
  const model = fromBase(
    choose('model', given.model, () => defaultModel(facts, surroundings)),
    { input, base: surroundings.base, reasons },
  )
  const source = transferOf(model).pretrained
  const pretrained = source !== 'none'
  if (pretrained) takeWholeStem(model, source, reasons)
  const size = choose('image/size', given.image?.size, () =>
    pretrained
      ? [defaultSize(model, Infinity), `the input size of ${model.name}`]
      : sizeFor(model, facts, surroundings),
  )
  requireSize(model, size)
  const batchSize = choose('batchSize', given.batchSize, () => defaultBatch(size, facts, surroundings))
  requireBatch(batchSize, facts)
  const optimizer = choose('optimizer', given.optimizer, () => [
    component('optimizer', 'sgd'),
    'the recipe’s choice for convolutional nets',
  ])
  requireMicroBatches(optimizer, batchSize)
  const start = { batchSize, pretrained }
  const budget = budgetOf(choose('budget', given.budget, () => defaultBudget(facts, start)))
  const epochs = epochsOf(budget, batchSize, facts)
  const views = [given, ...(given.stages ?? [])].some(({ loss }) => loss !== undefined && takesViews(loss))
  const spec: ResolvedSpec = {
    name: given.name ?? '',
    model,
    image: { ...imageOf(given.image), size },
    sampling: choose('sampling', given.sampling, () => defaultSampling(facts)),
    augment: choose('augment', given.augment, () => defaultAugment(size, { epochs, views })),
    mix: choose('mix', given.mix, () => defaultMix(epochs, views)),
    loss: choose('loss', given.loss, () => defaultLoss(facts, balances(given))),
    optimizer,
    schedule: withLearningRate(
      choose('schedule', given.schedule, () => [
        component('schedule', 'linear', { warmupEpochs: 0.25 }),
        'linear to zero over the budget',
      ]),
      statesLearningRate(input),
      () => choose('schedule/learningRate', undefined, () => defaultLearningRate(optimizer, start)),
    ),
    averaging: choose<ResolvedSpec['averaging']>('averaging', given.averaging, () => [
      { name: 'none' },
      'linear decay to zero averages by itself',
    ]),
    adjustment: choose('adjustment', given.adjustment, () => [
      component('adjustment', 'none'),
      'the class prior of training is kept',
    ]),
    openSet: choose('openSet', given.openSet, () => [component('openSet', 'none'), 'every image is of a known class']),
    budget,
    batchSize,
    precision: choose('precision', given.precision, () => ['auto', 'bfloat16 if the processor supports it']),
    calibration: choose('calibration', given.calibration, () => [
      component('calibration', 'temperature'),
      'calibrated probabilities',
    ]),
    ...(given.evaluation === undefined ? {} : { evaluation: resolveEvaluation(given.evaluation) }),
    seed: choose('seed', given.seed, () => [0, 'fixed, so that a run can be repeated']),
  }
  if (given.stages !== undefined) {
    const rateGiven = (i: number): boolean => statesLearningRate((input as { stages: unknown[] }).stages[i])
    spec.stages = resolveStages(given.stages, { spec, facts, rateGiven, reasons })
  }
  checkHeads(spec)
  checkAdjustment(spec, facts)
  checkOpenSet(spec, facts)
  requireViews(spec)
  const { errors, warnings } = findings(spec, facts)
  if (errors.length > 0) throw invalidSpec(errors)
  return { spec, hash: specHash(spec), reasons, warnings }
}

/**
 * Checks of a spec what needs no data set, so that a mistake shows before one is read.
 * @throws AppError `invalid_spec` or `image_size_unsupported`, with pointers
 */
export function checkSpec(written: unknown): void {
  const input = withRecipe(written).input
  const { model: rawModel, loss: rawLoss, ...others } = Object(input) as Record<string, unknown>
  // Which model and loss are the default follows from the data.
  const known = {
    ...others,
    ...(rawModel === undefined || (isRecord(rawModel) && !('name' in rawModel)) ? {} : { model: rawModel }),
    ...(rawLoss === undefined || (isRecord(rawLoss) && !('name' in rawLoss)) ? {} : { loss: rawLoss }),
  }
  const given = parseSpec(withSavedPolicies(isRecord(input) ? known : input).input)
  const { model, image, optimizer, batchSize, budget, stages, loss, augment } = given
  if (budget !== undefined) budgetOf(budget)
  imageOf(image)
  if (model !== undefined) {
    const { pretrained } = transferOf(model)
    if (pretrained !== 'none') takeWholeStem({ ...model }, pretrained, {})
    if (image?.size !== undefined) requireSize(model, image.size)
  }
  if (optimizer !== undefined && batchSize !== undefined) requireMicroBatches(optimizer, batchSize)
  if (stages !== undefined) sharesOf(stages)
  if (loss !== undefined && augment !== undefined) requireViews({ loss, augment })
}

/** The model with what it takes from the checkpoint that it starts from. */
function fromBase(
  model: ComponentSpec,
  { input, base, reasons }: { input: unknown; base: ComponentSpec | undefined; reasons: Record<string, string> },
): ComponentSpec {
  if (base === undefined || baseCheckpoint({ model }) === undefined) return model
  const taken = withBaseArchitecture(model, (input as { model?: unknown }).model, base)
  for (const option of taken.carried) reasons[`/model/${option}`] = 'that of the checkpoint it starts from'
  return taken.model
}

/** A spec over the recipe that it names, and the fields that come from there. */
export function withRecipe(written: unknown): { input: unknown; recipe: { name: string; fields: string[] } } {
  const none = { input: written, recipe: { name: '', fields: [] } }
  if (typeof written !== 'object' || written === null || !('recipe' in written)) return none
  const { recipe: name, ...own } = written
  const recipe = typeof name === 'string' ? recipes.get(name) : undefined
  if (typeof name !== 'string' || recipe === undefined)
    throw invalidSpec([{ pointer: '/recipe', detail: `must be one of ${[...recipes.keys()].join(', ')}` }])
  const { input, merged } = overRecipe(recipe, own)
  const fields = [...Object.keys(recipe).filter((field) => !(field in own)), ...merged.map((field) => `${field}/name`)]
  return { input, recipe: { name, fields } }
}

function requireClasses({ classes }: ParsedSpec, facts: DataFacts): void {
  const found = facts.classes.length
  if (classes === undefined || classes === found) return
  throw new AppError('class_count_mismatch', `The spec has ${classes} classes; the data set has ${found}.`, {
    errors: [{ pointer: '/classes', detail: `must be ${found}, the data set’s number of classes` }],
  })
}

/** Epochs of a budget, for choosing what pays; those of a budget in minutes are not known. */
function epochsOf(budget: ResolvedSpec['budget'], batchSize: number, { counts }: DataFacts): number {
  if ('epochs' in budget) return budget.epochs
  return 'steps' in budget ? (budget.steps * batchSize) / counts.train : 0
}

interface StageContext {
  spec: ResolvedSpec
  facts: DataFacts
  rateGiven: (stage: number) => boolean
  reasons: Record<string, string>
}

/** The share of each stage that gives none. @throws AppError `invalid_spec` where the shares do not sum to 1 */
function sharesOf(stages: readonly ParsedStage[]): number {
  const given = stages.reduce((sum, { share }) => sum + (share ?? 0), 0)
  const open = stages.filter(({ share }) => share === undefined).length
  const each = open === 0 ? 0 : Number(((1 - given) / open).toPrecision(12))
  if ((open === 0 && Math.abs(given - 1) > 1e-6) || (open > 0 && each <= 0))
    throw invalidSpec([{ pointer: '/stages', detail: `the shares sum to ${given}; they must sum to 1` }])
  return each
}

/** Shares that were not given divide what is left; a stage's own schedule gets the rate that fits its optimiser and batch. */
function resolveStages(stages: readonly ParsedStage[], { spec, facts, rateGiven, reasons }: StageContext): StageSpec[] {
  const each = sharesOf(stages)
  return stages.map((stage, i): StageSpec => {
    const { share, schedule, ...rest } = stage
    const optimizer = stage.optimizer ?? spec.optimizer
    const batchSize = stage.batchSize ?? spec.batchSize
    requireBatch(batchSize, facts, `/stages/${i}/batchSize`)
    requireMicroBatches(optimizer, batchSize, `/stages/${i}/optimizer`)
    requireSize(spec.model, stage.size ?? spec.image.size, `/stages/${i}/size`)
    if (share === undefined) reasons[`/stages/${i}/share`] = 'the rest of the budget, in equal parts'
    return {
      ...rest,
      share: share ?? each,
      ...(schedule === undefined
        ? {}
        : {
            schedule: withLearningRate(schedule, rateGiven(i), () => {
              const pretrained = transferOf(spec.model).pretrained !== 'none'
              const [rate, reason] = defaultLearningRate(optimizer, { batchSize, pretrained })
              reasons[`/stages/${i}/schedule/learningRate`] = reason
              return rate
            }),
          }),
    }
  })
}

/** The weights that a spec starts from. */
export const pretrainedOf = ({ model }: Pick<ResolvedSpec, 'model'>): Pretrained => transferOf(model).pretrained

/** The checkpoint that a spec starts from, where it does. */
export function baseCheckpoint(spec: Pick<ResolvedSpec, 'model'>): string | undefined {
  const pretrained = pretrainedOf(spec)
  return typeof pretrained === 'object' && 'checkpoint' in pretrained ? pretrained.checkpoint : undefined
}

/** The checkpoints that a spec's losses learn from, with where they stand. */
export function teachersOf({
  loss,
  stages = [],
}: Pick<ResolvedSpec, 'loss' | 'stages'>): { id: string; pointer: string }[] {
  const all = [
    { loss, pointer: '/loss/teacher' },
    ...stages.map((stage, i) => ({ loss: stage.loss, pointer: `/stages/${i}/loss/teacher` })),
  ]
  return all.flatMap(({ loss: from, pointer }) =>
    typeof from?.['teacher'] === 'string' ? [{ id: from['teacher'], pointer }] : [],
  )
}

/** Every checkpoint that a spec names. */
export function namedCheckpoints(spec: ResolvedSpec): string[] {
  const base = baseCheckpoint(spec)
  return [...new Set([...(base === undefined ? [] : [base]), ...teachersOf(spec).map(({ id }) => id)])]
}

/** SHA-256 of a spec's JSON with sorted keys. */
export function specHash(spec: ResolvedSpec): string {
  return createHash('sha256').update(canonical(spec)).digest('hex')
}

/** Length of a run, as far as it is known before: with a budget of minutes the steps are not. */
export function runLength(
  spec: ResolvedSpec,
  trainImages: number,
): { stepsPerEpoch: number; totalSteps: number | null; images: number | null; seconds: number | null } {
  const lengths = stagesOf(spec).map((stage) => ({ ...stageLength(stage, trainImages), batch: stage.spec.batchSize }))
  const { stepsPerEpoch = 1 } = lengths[0] ?? {}
  if ('minutes' in spec.budget)
    return { stepsPerEpoch, totalSteps: null, images: null, seconds: spec.budget.minutes * 60 }
  const sum = (of: (steps: number, batch: number) => number): number =>
    lengths.reduce((total, length) => total + ('totalSteps' in length ? of(length.totalSteps, length.batch) : 0), 0)
  return {
    ...{ stepsPerEpoch, seconds: null },
    totalSteps: sum((steps) => steps),
    images: sum((steps, batch) => steps * batch),
  }
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
    throw new AppError('invalid_spec', 'image.mean and image.std belong together, one number per channel.', {
      errors: [{ pointer: '/image', detail: 'must have as many numbers in mean as in std' }],
    })
  return {
    ...(channels === undefined ? {} : { channels }),
    ...(mean === undefined || std === undefined ? {} : { mean, std }),
  }
}

function requireSize({ name, ...options }: ComponentSpec, size: number, pointer = '/image/size'): void {
  const minimum = models.find((candidate) => candidate.name === name)?.minimumSize(options) ?? 1
  if (size >= minimum) return
  throw new AppError(
    'image_size_unsupported',
    `${name} needs images of at least ${minimum}×${minimum} pixels, not ${size}×${size}.`,
    {
      errors: [{ pointer, detail: `must be at least ${minimum} for ${name}` }],
    },
  )
}

function requireBatch(batchSize: number, { counts }: DataFacts, pointer = '/batchSize'): void {
  if (batchSize <= counts.train) return
  const errors: ErrorDetail[] = [{ pointer, detail: `must be at most ${counts.train}, the number of training images` }]
  throw new AppError(
    'invalid_spec',
    `A batch of ${batchSize} images is more than the ${counts.train} training images.`,
    { errors },
  )
}

/** Micro-batches have the same size, and two images at least, as batch norms need. */
function requireMicroBatches({ accumulation }: ComponentSpec, batchSize: number, pointer = '/optimizer'): void {
  const parts = Number(accumulation)
  if (batchSize % parts === 0 && batchSize / parts >= 2) return
  throw invalidSpec([
    {
      pointer: `${pointer}/accumulation`,
      detail: `must divide the batch of ${batchSize} images into equal parts of two or more`,
    },
  ])
}

/** Parsing writes the schema's default in, so that only the input says whether the rate was asked for. */
function statesLearningRate(input: unknown): boolean {
  const { schedule } = input as { schedule?: unknown }
  return typeof schedule === 'object' && schedule !== null && 'learningRate' in schedule
}

function withLearningRate(schedule: ComponentSpec, stated: boolean, fallback: () => number): ScheduleSpec {
  return { ...schedule, learningRate: stated ? Number(schedule['learningRate']) : fallback() }
}

function budgetOf(budget: NonNullable<ParsedSpec['budget']>): ResolvedSpec['budget'] {
  if (budget.steps !== undefined) return { steps: budget.steps }
  if (budget.epochs !== undefined) return { epochs: budget.epochs }
  if (budget.minutes !== undefined) return { minutes: budget.minutes }
  throw new AppError('invalid_spec', 'A budget has epochs, steps or minutes.', {
    errors: [{ pointer: '/budget', detail: 'must have epochs, steps or minutes' }],
  })
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`
}
