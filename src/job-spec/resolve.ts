import type { ErrorDetail } from '../errors.ts'
import { transferOf } from '../zoo/models/transfer.ts'
import { budgetOf, lengthOf } from './budget.ts'
import type { ComponentSpec } from './components.ts'
import { findings } from './combinations.ts'
import { defaultComponent } from './default-component.ts'
import {
  balances,
  NO_HOST,
  component,
  defaultAugment,
  defaultBackground,
  defaultBatch,
  defaultBudget,
  defaultCalibration,
  defaultLearningRate,
  defaultLoss,
  defaultMix,
  defaultModel,
  defaultSampling,
  defaultSize,
  sizeFor,
  type Choice,
  type DatasetStatistics,
  type HostContext,
} from './defaults.ts'
import { resolveEarlyStopping } from './early-stopping.ts'
import { resolveEvaluation } from './evaluation.ts'
import { checkAdjustment, checkHeads } from './heads.ts'
import { imageOf } from './image.ts'
import { statesLearningRate, withLearningRate } from './learning-rate.ts'
import { checkOpenSet, withoutUnknownClass } from './open-set.ts'
import { invalidSpec, parseSpec, type ParsedSpec } from './parse.ts'
import { withSavedPolicies } from './policies.ts'
import { requireBatch, requireClasses, requireEarlyStopping, requireMicroBatches, requireSize } from './requirements.ts'
import { resolveStages } from './resolve-stages.ts'
import type { ResolvedSpec } from './schema.ts'
import { specHash } from './spec-hash.ts'
import { fromBase, takeWholeStem } from './starting-model.ts'
import { withNames } from './unnamed.ts'
import { requireViews, takesViews } from './views.ts'
import { defaultSchedule, withDefaultWarmup } from './warmup.ts'
import { withRecipe } from './with-recipe.ts'

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
 * Checks a spec against the data and fills in every default. Long because it is one field after another, each of which may depend on those
 * before it.
 * One function: the order in which defaults follow from each other, from top to bottom.
 * @throws AppError `invalid_spec`, `class_count_mismatch` or `image_size_unsupported`, with pointers.
 */
export function resolveSpec(rawSpec: unknown, data: DatasetStatistics, host: HostContext = NO_HOST): Resolution {
  const { input: merged, recipe } = withRecipe(rawSpec)
  const { input: named, reasons: names } = withNames(merged, (field, own) =>
    defaultComponent(field, own, { data, host }),
  )
  const { input, reasons: saved } = withSavedPolicies(named, host.policies)
  const parsed = parseSpec(input)
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
  requireClasses(parsed, data)
  const facts = withoutUnknownClass(parsed, data)
  const model = fromBase(
    choose('model', parsed.model, () => defaultModel(facts, host)),
    { input, base: host.base, reasons },
  )
  const source = transferOf(model).pretrained
  const pretrained = source !== 'none'
  if (pretrained) takeWholeStem(model, source, reasons)
  const size = choose('image/size', parsed.image?.size, () =>
    pretrained ? [defaultSize(model, Infinity), `the input size of ${model.name}`] : sizeFor(model, facts, host),
  )
  requireSize(model, size)
  const wanted = parsed.image?.background
  const background = choose('image/background', wanted === 'auto' ? undefined : wanted, () => defaultBackground(facts))
  const batchSize = choose('batchSize', parsed.batchSize, () => defaultBatch(size, facts, host))
  requireBatch(batchSize, facts)
  const optimizer = choose('optimizer', parsed.optimizer, () => [
    component('optimizer', 'sgd'),
    'the recipe’s choice for convolutional nets',
  ])
  requireMicroBatches(optimizer, batchSize)
  const start = { batchSize, pretrained, size }
  const budget = budgetOf(
    choose<NonNullable<ParsedSpec['budget']>>('budget', parsed.budget, () => defaultBudget(facts, start)),
  )
  const length = lengthOf(budget, batchSize, facts)
  const schedule = (): Choice<ComponentSpec> => defaultSchedule(length, facts.counts.train / batchSize)
  const views = [parsed, ...(parsed.stages ?? [])].some(({ loss }) => loss !== undefined && takesViews(loss))
  const spec: ResolvedSpec = {
    name: parsed.name ?? '',
    ...(parsed.dataset === undefined ? {} : { dataset: parsed.dataset }),
    model,
    image: { ...imageOf(parsed.image), size, background },
    sampling: choose('sampling', parsed.sampling, () => defaultSampling(facts)),
    augment: choose('augment', parsed.augment, () => defaultAugment(size, { ...length, views, background })),
    mix: choose('mix', parsed.mix, () => defaultMix({ ...length, views })),
    loss: choose('loss', parsed.loss, () => defaultLoss(facts, balances(parsed))),
    optimizer,
    schedule: withLearningRate(
      choose('schedule', withDefaultWarmup(parsed.schedule, merged, schedule), schedule),
      statesLearningRate(input),
      () => choose('schedule/learningRate', undefined, () => defaultLearningRate(optimizer, start)),
    ),
    averaging: choose<ResolvedSpec['averaging']>('averaging', parsed.averaging, () => [
      { name: 'none' },
      'linear decay to zero averages by itself',
    ]),
    adjustment: choose('adjustment', parsed.adjustment, () => [
      component('adjustment', 'none'),
      'the class prior of training is kept',
    ]),
    openSet: choose('openSet', parsed.openSet, () => [component('openSet', 'none'), 'every image is of a known class']),
    budget,
    batchSize,
    precision: choose('precision', parsed.precision, () => ['auto', 'bfloat16 if the processor supports it']),
    calibration: choose('calibration', parsed.calibration, () => defaultCalibration(facts)),
    ...(parsed.evaluation === undefined ? {} : { evaluation: resolveEvaluation(parsed.evaluation) }),
    ...(parsed.earlyStopping === undefined ? {} : { earlyStopping: resolveEarlyStopping(parsed.earlyStopping) }),
    seed: choose('seed', parsed.seed, () => [0, 'fixed, so that a run can be repeated']),
  }
  if (parsed.stages !== undefined) {
    const rateGiven = (i: number): boolean => statesLearningRate((input as { stages: unknown[] }).stages[i])
    spec.stages = resolveStages(parsed.stages, { spec, facts, rateGiven, reasons })
  }
  checkHeads(spec)
  checkAdjustment(spec, facts)
  checkOpenSet(spec, facts)
  requireViews(spec)
  requireEarlyStopping(spec, facts)
  const { errors, warnings } = findings(spec, facts)
  if (errors.length > 0) throw invalidSpec(errors)
  return { spec, hash: specHash(spec), reasons, warnings }
}
