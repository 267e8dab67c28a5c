import { figure } from '../format.ts'

type Space = Record<string, { values?: unknown[]; scale?: 'linear' | 'log' }>

export interface Trial {
  number: number
  parameters: Record<string, unknown>
  value: number | null
}

/** One field that varies, or the objective: where each trial is between 0 and 1. */
export interface Axis {
  id: string
  label: string
  kind: 'number' | 'category'
  isLog: boolean
  ticks: { at: number; label: string }[]
  /** null where a trial has no value. */
  place: (trial: Trial) => number | null
  /** In words, for tables and tool tips. */
  text: (trial: Trial) => string
}

/** Listed values are drawn on a logarithmic scale where the largest is this many times the smallest. */
const WIDE = 50
const MIDDLE = 0.5

export const OBJECTIVE = 'objective'

/** The fields that differ between trials, in their order, and last the objective. */
export function axesOf(trials: readonly Trial[], space: unknown, metric: string): Axis[] {
  const pointers = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)))]
  const fields = pointers
    .map((pointer) => fieldAxis(pointer, trials, ((space ?? {}) as Space)[pointer] ?? {}))
    .filter((axis) => axis !== null)
  const values = trials.map(({ value }) => value)
  const objective = numberAxis({ id: OBJECTIVE, label: metric, isLog: false }, values, ({ value }) => value)
  return [...fields, objective]
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? figure(value) : JSON.stringify(value)

function fieldAxis(pointer: string, trials: readonly Trial[], { values: listed, scale }: Space[string]): Axis | null {
  const values = trials.map(({ parameters }) => parameters[pointer])
  const kinds = [...new Set(values.map((value) => JSON.stringify(value)))]
  if (kinds.length < 2) return null
  const label = pointer.slice(1)
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length === values.length) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
    const isLog = low > 0 && (scale === 'log' || (listed !== undefined && high / low >= WIDE))
    const read = ({ parameters }: Trial): number | null => {
      const value = parameters[pointer]
      return typeof value === 'number' ? value : null
    }
    return numberAxis({ id: pointer, label, isLog }, numbers, read)
  }
  const at = new Map(kinds.map((kind, i) => [kind, (i + MIDDLE) / kinds.length]))
  const placeOf = ({ parameters }: Trial): number | null => at.get(JSON.stringify(parameters[pointer])) ?? null
  return {
    id: pointer,
    label,
    kind: 'category',
    isLog: false,
    ticks: kinds.map((kind) => ({ at: at.get(kind) ?? 0, label: kind === undefined ? '–' : textOf(JSON.parse(kind)) })),
    place: placeOf,
    text: ({ parameters }) => textOf(parameters[pointer]),
  }
}

type Named = Pick<Axis, 'id' | 'label' | 'isLog'>

/** An axis of numbers from their least to their largest. */
export function numberAxis<T = Trial>(
  named: Named,
  values: readonly (number | null)[],
  read: (item: T) => number | null,
): Omit<Axis, 'place' | 'text'> & { place: (item: T) => number | null; text: (item: T) => string } {
  const known = values.filter((value) => value !== null)
  const low = known.length === 0 ? 0 : Math.min(...known)
  const high = known.length === 0 ? 1 : Math.max(...known)
  const scaled = named.isLog ? Math.log : (value: number): number => value
  const span = scaled(high) - scaled(low)
  const placeOf = (value: number): number => (span === 0 ? MIDDLE : (scaled(value) - scaled(low)) / span)
  const ticks = ticksOf(low, high, named.isLog)
  return {
    ...named,
    kind: 'number',
    ticks: ticks.map((value) => ({ at: placeOf(value), label: figure(value) })),
    place: (item) => {
      const value = read(item)
      return value === null ? null : placeOf(value)
    },
    text: (item) => figure(read(item)),
  }
}

const STEPS = [1, 2, 5, 10]
const TICKS = 5

/** Round numbers between two ends; powers of ten on a logarithmic axis where there are enough, and the ends where nothing round is between. */
export function ticksOf(low: number, high: number, isLog: boolean): number[] {
  if (!(high > low)) return [low]
  const found = isLog ? powers(low, high) : rounds(low, high)
  return found.length >= 2 ? found : [low, high]
}

function powers(low: number, high: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9)
  const last = Math.floor(Math.log10(high) + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number((10 ** (first + i)).toPrecision(1)))
}

function rounds(low: number, high: number): number[] {
  const rough = (high - low) / TICKS
  const size = 10 ** Math.floor(Math.log10(rough))
  const step = size * (STEPS.find((each) => each * size >= rough) ?? 1)
  const first = Math.ceil(low / step - 1e-9)
  const count = Math.floor(high / step + 1e-9) - first + 1
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** Parts of axes, by their id, that a trial has to be in; from 0 to 1. */
export type Brushes = Readonly<Record<string, readonly [number, number]>>

export const isInside = (trial: Trial, axes: readonly Axis[], brushes: Brushes): boolean =>
  axes.every(({ id, place }) => {
    const brush = brushes[id]
    if (brush === undefined) return true
    const at = place(trial)
    return at !== null && at >= brush[0] - 1e-9 && at <= brush[1] + 1e-9
  })

/** From a link: what is no brush is left out. */
export function brushesIn(value: unknown): Brushes {
  if (typeof value !== 'object' || value === null) return {}
  const all = Object.entries(value as Record<string, unknown>).filter(
    (entry): entry is [string, [number, number]] =>
      Array.isArray(entry[1]) && entry[1].length === 2 && entry[1].every((end) => typeof end === 'number'),
  )
  return Object.fromEntries(all)
}
