/** Curves as they are drawn: smoothed, and over steps, epochs or time. */

export const AXES = ['step', 'epoch', 'time'] as const
export type Axis = (typeof AXES)[number]
export type Points = readonly (readonly [step: number, value: number])[]

export interface Metric {
  key: string
  points: Points
}

/** How far a run is. */
interface Run {
  progress: { step: number; epoch: number } | null
}

const SECONDS = 'train/seconds'
const SECONDS_PER_MINUTE = 60

/**
 * Exponential moving average that is debiased at its start and weighs by distances of x, so that a pause or a thinned stretch counts as what it
 * is. Over points at equal distances it is that of TensorBoard; `smoothing` is from 0, as it is, to below 1.
 * Source: https://docs.wandb.ai/guides/app/features/panels/line-plot/smoothing, time-weighted exponential moving average.
 */
export function smoothed(x: readonly number[], y: readonly number[], smoothing: number): number[] {
  const range = (x.at(-1) ?? 0) - (x[0] ?? 0)
  if (smoothing <= 0 || range <= 0) return [...y]
  const meanDistance = range / (x.length - 1)
  let [sum, total] = [0, 0]
  return y.map((value, i) => {
    const distance = i === 0 ? 0 : ((x[i] ?? 0) - (x[i - 1] ?? 0)) / meanDistance
    const kept = smoothing ** distance
    sum = sum * kept + value
    total = total * kept + 1
    return sum / total
  })
}

/** When steps were, in seconds of training, from those for which it was measured; undefined where it never was. */
export function secondsAt(measured: Points): ((step: number) => number) | undefined {
  if (measured.length === 0) return undefined
  const marks: Points = [[0, 0], ...measured]
  return (step) => {
    // Before and after what was measured it goes on as between the nearest two.
    const after = marks.findIndex(([at]) => at >= step)
    const upper = Math.max(1, after === -1 ? marks.length - 1 : after)
    const [[fromStep, from], [toStep, to]] = [marks[upper - 1] ?? [0, 0], marks[upper] ?? [1, 0]]
    return from + ((to - from) * (step - fromStep)) / (toStep - fromStep)
  }
}

/** Where a step is on an axis; undefined where the run does not tell. */
export function placeOf(axis: Axis, run: Run, metrics: readonly Metric[]): ((step: number) => number) | undefined {
  if (axis === 'step') return (step) => step
  if (axis === 'epoch') {
    const { progress } = run
    if (progress === null || progress.step === 0 || progress.epoch === 0) return undefined
    const perStep = progress.epoch / progress.step
    return (step) => step * perStep
  }
  const seconds = secondsAt(metrics.find(({ key }) => key === SECONDS)?.points ?? [])
  return seconds === undefined ? undefined : (step) => seconds(step) / SECONDS_PER_MINUTE
}

export const AXIS_NAMES: Readonly<Record<Axis, string>> = {
  step: 'Step',
  epoch: 'Epoch',
  time: 'Training time, minutes',
}

const NAMES: Readonly<Record<string, string>> = {
  loss: 'Loss',
  accuracy: 'Accuracy',
  balancedAccuracy: 'Balanced accuracy',
  learningRate: 'Learning rate',
  imagesPerSecond: 'Images per second',
  dataWait: 'Time spent waiting for data',
  seconds: 'Seconds',
  system: 'Use of the machine, fraction',
}
/** One chart has all of these. */
const SYSTEM = 'system'
const SYSTEM_NAMES: Readonly<Record<string, string>> = {
  cpu: 'processors',
  memory: 'memory',
  gpu: 'GPU',
  gpuMemory: 'GPU memory',
}
const PREFIXES: Readonly<Record<string, string>> = {
  train: 'training',
  val: 'validation',
  averaged: 'validation, averaged weights',
}
/** Shown first, in this order; others after them. */
const FIRST = ['loss', 'accuracy', 'balancedAccuracy', 'learningRate', 'imagesPerSecond', 'dataWait', 'system']
/** Times are no curves to look at: they are the axis. */
const HIDDEN = new Set(['seconds', 'secondsLeft'])

const chartOf = (key: string): string => (prefixOf(key) === SYSTEM ? SYSTEM : partOf(key))
const nameOf = (key: string): string => NAMES[chartOf(key)] ?? chartOf(key)

export function sourceOf(key: string): string {
  if (prefixOf(key) !== SYSTEM) return PREFIXES[prefixOf(key)] ?? prefixOf(key)
  const [, part = '', index = ''] = /^(\D*)(\d*)$/.exec(partOf(key)) ?? []
  return `${SYSTEM_NAMES[part] ?? part} ${index}`.trim()
}

/** `val/accuracy` as `Accuracy, validation`. */
export const metricName = (key: string): string => `${nameOf(key)}, ${sourceOf(key)}`

const prefixOf = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf('/')))
const partOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1)

/** Metrics that belong into one chart: training and validation together. */
export function charts(metrics: readonly Metric[]): { name: string; metrics: Metric[] }[] {
  const groups = new Map<string, Metric[]>()
  const shown = metrics.filter(({ key }) => !HIDDEN.has(partOf(key)))
  for (const metric of shown) {
    const group = groups.get(chartOf(metric.key))
    if (group === undefined) groups.set(chartOf(metric.key), [metric])
    else group.push(metric)
  }
  const rank = (part: string): number => (FIRST.includes(part) ? FIRST.indexOf(part) : FIRST.length)
  const order = Object.keys(PREFIXES)
  const place = ({ key }: Metric): number => order.indexOf(prefixOf(key))
  return [...groups]
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .map(([part, group]) => ({ name: NAMES[part] ?? part, metrics: group.sort((a, b) => place(a) - place(b)) }))
}
