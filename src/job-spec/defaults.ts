import { BALANCING_SAMPLERS } from './balancing.ts'
import { models } from '../zoo/models/registry.ts'
import type { ComponentField, ComponentSpec } from './components.ts'
import { parseSpec, type ParsedSpec } from './parse.ts'
import type { SavedPolicies } from './policies.ts'
import { lookUp } from '../zoo/look-up.ts'

/** What a spec's defaults follow from; a packed data set's manifest has it. */
export interface DatasetStatistics {
  classes: string[]
  channels: number
  medianSide: number
  counts: { train: number; val: number; test: number }
  classCounts: { train: number[]; val?: number[]; test?: number[] }
  /** Ground on which transparent images show what is drawn; absent: no image is transparent. */
  background?: 'black' | 'white'
}

/** What else defaults follow from: the machine that will train, and the checkpoint to start from. */
export interface HostContext {
  /** Architectures whose ImageNet weights are on this machine already. */
  pretrained: readonly string[]
  device: 'cpu' | 'cuda'
  /** The model of the checkpoint that the spec starts from, where it does. */
  base?: ComponentSpec
  /** Those that the team has saved; none where it is absent. */
  policies?: SavedPolicies | 'unread'
}

export const NO_HOST: HostContext = { pretrained: [], device: 'cpu' }

/** A default with the reason for it. */
export type Choice<T> = [value: T, reason: string]

const SMALL_SIDE = 64
const REFERENCE_BATCH = 128
const STEPS = { scratch: 4000, pretrained: 1500 }
/** Images of the largest class to those of the smallest, from which the loss allows for it. */
const IMBALANCED = 10
/** Images of the largest class to those of the smallest, up to which classes are about equally common. */
const EVEN = 2
/** Images of each class that say so: a drawn split of a few images may look even. */
const MIN_IMAGES_IF_EVEN = 5
/** Steps an epoch has at least, so that the schedule is fine enough. */
const MIN_STEPS = 8
const CPU_SIDE = 128
const LONG_BUDGET = 30
/** Steps from which stronger augmentation pays: before, a network has not learned the plain images. */
const LONG_STEPS = 2000
/** By what each can be trained in reasonable time, the best first. */
const PREFERRED: Readonly<Record<HostContext['device'], readonly string[]>> = {
  cpu: ['mobilenet_v2', 'resnet18', 'efficientnet_b0', 'resnet34', 'resnet50'],
  cuda: ['resnet50', 'efficientnet_b0', 'resnet34', 'resnet18', 'mobilenet_v2'],
}

export const isSmall = ({ medianSide }: DatasetStatistics): boolean => medianSide < SMALL_SIDE

export function component(
  field: Exclude<ComponentField, 'averaging'>,
  name: string,
  options: object = {},
): ComponentSpec {
  return parseSpec({ [field]: { name, ...options } })[field]!
}

/** Images of the largest class to those of the smallest that has any. */
export function imbalance({ classCounts }: DatasetStatistics): number {
  const present = classCounts.train.filter((count) => count > 0)
  return present.length === 0 ? 1 : ratioOf(present)
}

const ratioOf = (counts: readonly number[]): number => Math.max(...counts) / Math.min(...counts)

export function defaultModel(facts: DatasetStatistics, { pretrained, device }: HostContext): Choice<ComponentSpec> {
  const side = `images of ${facts.medianSide} pixels`
  if (isSmall(facts))
    return device === 'cuda'
      ? [component('model', 'resnet18'), `${side} are small, and there is a GPU`]
      : [component('model', 'resnet20'), `${side} are small, and a CPU trains it in minutes`]
  const known = PREFERRED[device].find((name) => pretrained.includes(name))
  if (known !== undefined)
    return [component('model', known, { pretrained: 'imagenet' }), `its ImageNet weights are cached, for ${side}`]
  return [
    component('model', device === 'cuda' ? 'resnet50' : 'resnet18'),
    `${side}, a ${device === 'cuda' ? 'GPU' : 'CPU'}, and no cached ImageNet weights`,
  ]
}

/** The architecture to take ImageNet weights of: one whose weights are here, else the one that the device trains best. */
export function defaultPretrained({ pretrained, device }: HostContext): string {
  const preferred = PREFERRED[device]
  return preferred.find((name) => pretrained.includes(name)) ?? preferred[0] ?? 'resnet18'
}

export function defaultSize({ name, ...options }: ComponentSpec, side: number): number {
  return lookUp(models, name).defaultSize(options, side)
}

/** Side of the input of a model that starts from its own weights. */
export function sizeFor(model: ComponentSpec, facts: DatasetStatistics, { device }: HostContext): Choice<number> {
  const usual = defaultSize(model, facts.medianSide)
  const side = Math.min(usual, Math.max(facts.medianSide, SMALL_SIDE))
  if (isSmall(facts) || device === 'cuda' || usual <= CPU_SIDE)
    return [usual, `what ${model.name} takes for images of ${facts.medianSide} pixels`]
  return [Math.min(side, CPU_SIDE), `a CPU takes three times as long for the usual ${usual} pixels`]
}

export function defaultBackground({ background }: DatasetStatistics): Choice<string> {
  if (background === undefined) return ['black', 'no image of the data set is transparent']
  return [background, `what is drawn on the transparent images stays visible on ${background}`]
}

export function defaultBatch(size: number, { counts }: DatasetStatistics, { device }: HostContext): Choice<number> {
  const wanted = size <= SMALL_SIDE ? 128 : device === 'cuda' ? 64 : 32
  if (counts.train >= wanted * MIN_STEPS) return [wanted, `usual for ${size} pixels`]
  const fitting = 2 ** Math.floor(Math.log2(Math.max(8, counts.train / MIN_STEPS)))
  return [
    Math.max(2, Math.min(fitting, counts.train)),
    `there are only ${counts.train} training images, and an epoch should have ${MIN_STEPS} steps`,
  ]
}

export function defaultSampling(facts: DatasetStatistics): Choice<ComponentSpec> {
  return [
    component('sampling', 'natural'),
    imbalance(facts) >= IMBALANCED
      ? 'every image once per epoch; the loss corrects for the imbalance'
      : 'every image once per epoch',
  ]
}

/**
 * The prior of the images that the model will be used on, so far as the data tell: a test split with equally common classes, of data whose
 * training split is uneven, was made so, as those of CIFAR-LT and ImageNet-LT (Cao et al. 2019; Liu et al. 2019).
 */
export function defaultCalibration(facts: DatasetStatistics): Choice<ComponentSpec> {
  return imbalance(facts) >= IMBALANCED && isEven(facts.classCounts.test)
    ? [
        component('calibration', 'temperature', { prior: 'uniform' }),
        'calibrated probabilities that suppose equally common classes, as in the test split',
      ]
    : [component('calibration', 'temperature'), 'calibrated probabilities']
}

/** Whether a split has every class about as often. */
const isEven = (counts: readonly number[] = []): boolean =>
  counts.length > 0 && Math.min(...counts) >= MIN_IMAGES_IF_EVEN && ratioOf(counts) <= EVEN

/** Whether a spec balances its classes by something else than its loss. */
export function balances({ sampling, adjustment, stages = [] }: ParsedSpec): boolean {
  const samplings = [sampling, ...stages.map((stage) => stage.sampling)]
  const adjusts = adjustment !== undefined && adjustment.name !== 'none'
  return adjusts || samplings.some((given) => given !== undefined && BALANCING_SAMPLERS.has(given.name))
}

export function defaultLoss(facts: DatasetStatistics, balanced: boolean): Choice<ComponentSpec> {
  const ratio = imbalance(facts)
  return ratio >= IMBALANCED && !balanced
    ? [
        component('loss', 'logit-adjusted'),
        `the largest class has ${Math.round(ratio)} times the images of the smallest: adjusted logits treat all classes equally`,
      ]
    : [component('loss', 'cross-entropy'), 'label smoothing 0.1 calibrates and regularises']
}

/** Of a budget, for choosing what pays; both 0 where it is in minutes. */
export interface RunLength {
  epochs: number
  steps: number
}

export function defaultAugment(
  size: number,
  { epochs, steps, views, background }: RunLength & { views: boolean; background: string },
): Choice<ComponentSpec[]> {
  const small = size < SMALL_SIDE
  const long = !views && epochs >= LONG_BUDGET && steps >= LONG_STEPS && size >= 32
  // What an image is moved away from looks like the ground that it is on.
  const fill = background === 'white' ? { fill: 255 } : {}
  const first = small
    ? { name: 'random-crop', padding: Math.max(1, Math.round(size / 12)), ...fill }
    : 'random-resized-crop'
  const operations = long ? [{ name: 'trivial-augment', ...fill }] : []
  const list = [first, 'horizontal-flip', ...(views ? ['aug-mix'] : []), ...operations]
  const reasons = [
    small ? 'shift and flip, for small images' : 'crop and flip, as for ImageNet',
    ...(views ? ['different views, for the loss'] : []),
    ...(long ? [`random operations, for ${Math.round(epochs)} epochs`] : []),
  ]
  return [parseSpec({ augment: list }).augment ?? [], reasons.join('; ')]
}

export function defaultMix({ epochs, steps, views }: RunLength & { views: boolean }): Choice<ComponentSpec> {
  if (views) return [component('mix', 'none'), 'the loss compares views of one image']
  return epochs >= 2 * LONG_BUDGET && steps >= LONG_STEPS
    ? [component('mix', 'mixup', { alpha: 0.2 }), `regularises over ${Math.round(epochs)} epochs`]
    : [component('mix', 'none'), 'mixing helps with long budgets only']
}

/** SGD from random weights: 0.1 per 128 images for small images (He et al. 2016, CIFAR), per 256 for others (Goyal et al. 2017). */
export function defaultLearningRate(
  optimizer: ComponentSpec,
  { batchSize, pretrained, size }: { batchSize: number; pretrained: boolean; size: number },
): Choice<number> {
  const scratch = optimizer.name !== 'sgd' ? 1e-3 : size < SMALL_SIDE ? 0.1 : 0.05
  const base = !pretrained ? scratch : optimizer.name === 'sgd' ? 0.01 : 1e-4
  const rate = Number(((base * batchSize) / REFERENCE_BATCH).toPrecision(3))
  const start = pretrained ? 'pretrained weights, ' : ''
  return [
    rate,
    `${Number(base.toPrecision(3))} for ${start}${optimizer.name} and ${REFERENCE_BATCH} images, scaled to the batch`,
  ]
}

export function defaultBudget(
  { counts }: DatasetStatistics,
  { batchSize, pretrained }: { batchSize: number; pretrained: boolean },
): Choice<{ epochs: number }> {
  const steps = pretrained ? STEPS.pretrained : STEPS.scratch
  const epochs = Math.min(100, Math.max(4, Math.round((steps * batchSize) / counts.train)))
  return [
    { epochs },
    `about ${steps} steps${pretrained ? ' from pretrained weights' : ''}, at least 4 and at most 100 epochs`,
  ]
}
