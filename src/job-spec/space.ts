import Type, { type Static } from 'typebox'
import { AppError, type ErrorDetail } from '../errors.ts'
import { rngFor } from '../zoo/rng.ts'
import type { Rng } from '../zoo/define.ts'

export const MAX_TRIALS = 200
const MAX_VALUES = 100
const MAX_DIMENSIONS = 20
const SIGNIFICANT_DIGITS = 6
const SAMPLING_STREAM = 17
const REDRAWS = 200

const FINITE = { minimum: -1e15, maximum: 1e15 }

/** The values that one field of a spec takes: those that are listed, or a range. */
export const Dimension = Type.Object(
  {
    values: Type.Optional(
      Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_VALUES, description: 'List of values, of any type.' }),
    ),
    min: Type.Optional(Type.Number({ ...FINITE, description: 'Lowest value of a range.' })),
    max: Type.Optional(Type.Number({ ...FINITE, description: 'Highest value of a range.' })),
    scale: Type.Optional(
      Type.Union([Type.Literal('linear'), Type.Literal('log')], {
        description: 'Whether a range is sampled uniformly in the value (the default) or in its logarithm.',
      }),
    ),
    integer: Type.Optional(Type.Boolean({ description: 'Whether a range has integers only.' })),
    points: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: MAX_VALUES,
        description: 'Number of values of a range in a grid, ends included.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type Dimension = Static<typeof Dimension>

/** What a sweep varies: dimensions by JSON pointer (RFC 6901) into the spec. */
export const Space = Type.Record(Type.String({ pattern: '^(/[A-Za-z0-9]{1,50}){1,10}$' }), Dimension, {
  minProperties: 1,
  maxProperties: MAX_DIMENSIONS,
  additionalProperties: false,
  description:
    'Search space, by JSON pointer into the spec, e.g. {"/schedule/learningRate": {"min": 0.01, "max": 1, "scale": "log"}}.',
})
export type Space = Static<typeof Space>

/** The values of one trial, by pointer. */
export type Parameters = Record<string, unknown>

/** Every combination of the values; the last pointer varies fastest. @throws AppError `invalid_request` with pointers */
export function gridPoints(space: Space): Parameters[] {
  const axes = dimensionsOf(space).map(([pointer, dimension]) => {
    if (dimension.values === undefined && dimension.points === undefined)
      throw invalid([{ pointer: at(pointer, 'points'), detail: 'a range in a grid needs a number of points' }])
    return [pointer, listed(dimension)] as const
  })
  const total = axes.reduce((product, [, values]) => product * values.length, 1)
  if (total > MAX_TRIALS)
    throw invalid([{ pointer: '/space', detail: `makes ${total} trials; at most ${MAX_TRIALS} are allowed` }])
  return axes.reduce<Parameters[]>(
    (points, [pointer, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [pointer]: value }))),
    [{}],
  )
}

/** Points drawn at random, each one once; all of them where the space holds no more. @throws AppError `invalid_request` with pointers */
export function randomPoints(space: Space, { trials, seed }: { trials: number; seed: number }): Parameters[] {
  const dimensions = dimensionsOf(space)
  const size = dimensions.reduce((product, [, dimension]) => product * sizeOf(dimension), 1)
  const wanted = Math.min(trials, size)
  const points = new Map<string, Parameters>()
  for (let draw = 0; points.size < wanted && draw < trials * REDRAWS; draw++) {
    const rng = rngFor(seed, SAMPLING_STREAM, draw)
    const point = Object.fromEntries(dimensions.map(([pointer, dimension]) => [pointer, drawn(dimension, rng)]))
    points.set(JSON.stringify(point), point)
  }
  return [...points.values()]
}

/**
 * The spec of a trial. Where the spec leaves out the component that a pointer reaches into, `base`, the spec with its defaults, gives it.
 * @throws AppError `invalid_request` for a pointer to nothing
 */
export function withParameters(spec: object, parameters: Parameters, base: () => object): object {
  const result = structuredClone(spec) as Record<string, unknown>
  const shallowFirst = Object.entries(parameters).sort(([a], [b]) => segments(a).length - segments(b).length)
  for (const [pointer, value] of shallowFirst) {
    const [field = '', ...path] = segments(pointer)
    if (path.length === 0) result[field] = structuredClone(value)
    else {
      if (result[field] === undefined) result[field] = defaultOf(base(), field)
      place(result, pointer, value)
    }
  }
  return result
}

const segments = (pointer: string): string[] => pointer.slice(1).split('/')

/** A default rate follows from the batch and the optimiser of the trial, and so is not one that is copied. */
function defaultOf(base: object, field: string): unknown {
  const value: unknown = structuredClone((base as Record<string, unknown>)[field])
  if (field === 'schedule' && typeof value === 'object' && value !== null) Reflect.deleteProperty(value, 'learningRate')
  return value
}

function place(root: Record<string, unknown>, pointer: string, value: unknown): void {
  const path = segments(pointer)
  const last = path.pop() ?? ''
  let node: object = root
  for (const key of path) {
    const child: unknown = Object.hasOwn(node, key) ? node[key as never] : undefined
    const next = typeof child === 'string' ? { name: child } : child
    if (typeof next !== 'object' || next === null) throw pointsToNothing(pointer)
    node[key as never] = next as never
    node = next
  }
  if (Array.isArray(node) && !(Number(last) < node.length)) throw pointsToNothing(pointer)
  node[last as never] = structuredClone(value) as never
}

const pointsToNothing = (pointer: string): AppError =>
  invalid([{ pointer: at(pointer), detail: `the spec has nothing at ${pointer.slice(0, pointer.lastIndexOf('/'))}` }])

/** The pointer of a dimension's field in the request. */
const at = (pointer: string, field?: string): string =>
  `/space/${pointer.replaceAll('/', '~1')}${field === undefined ? '' : `/${field}`}`

export const invalid = (errors: ErrorDetail[]): AppError =>
  new AppError(
    'invalid_request',
    `The sweep cannot be made: ${errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}.`,
    { errors },
  )

/** @throws AppError `invalid_request` with everything that is wrong with the dimensions */
function dimensionsOf(space: Space): [string, Dimension][] {
  const dimensions = Object.entries(space)
  const errors = dimensions.flatMap(([pointer, dimension]) => mistakes(pointer, dimension))
  if (errors.length > 0) throw invalid(errors)
  return dimensions
}

function mistakes(pointer: string, { values, min, max, scale, integer, points }: Dimension): ErrorDetail[] {
  const wrong = (detail: string, field?: string): ErrorDetail[] => [{ pointer: at(pointer, field), detail }]
  if (/^\/(dataset|name|classes)$/.test(pointer)) return wrong('cannot vary')
  if (values !== undefined) {
    if ([min, max, scale, integer, points].some((field) => field !== undefined))
      return wrong('has either values, or min and max')
    return new Set(values.map((value) => JSON.stringify(value))).size < values.length
      ? wrong('names a value twice', 'values')
      : []
  }
  if (min === undefined || max === undefined) return wrong('needs values, or min and max')
  if (min >= max) return wrong(`must be less than max, which is ${max}`, 'min')
  if (scale === 'log' && min <= 0) return wrong('must be positive on a logarithmic scale', 'min')
  if (integer === true && !(Number.isInteger(min) && Number.isInteger(max)))
    return wrong('is an integer range and needs integer bounds')
  return []
}

function sizeOf({ values, min = 0, max = 0, integer }: Dimension): number {
  if (values !== undefined) return values.length
  return integer === true ? max - min + 1 : Infinity
}

function listed({ values, points = 2, ...range }: Dimension): unknown[] {
  if (values !== undefined) return values
  return [...new Set(Array.from({ length: points }, (_, i) => within(range, i / (points - 1))))]
}

function drawn({ values, ...range }: Dimension, rng: Rng): unknown {
  if (values !== undefined) return values[rng.integer(values.length)]
  const { min = 0, max = 0, integer, scale } = range
  if (integer !== true) return within(range, rng.uniform())
  // Half a step more on each side, so that the ends are as likely as the others.
  const share = rng.uniform()
  return scale === 'log'
    ? Math.min(max, Math.max(min, Math.round((min - 0.5) * ((max + 0.5) / (min - 0.5)) ** share)))
    : min + Math.floor(share * (max - min + 1))
}

function within({ min = 0, max = 0, scale, integer }: Dimension, share: number): number {
  const value = scale === 'log' ? min * (max / min) ** share : min + (max - min) * share
  return integer === true
    ? Math.round(value)
    : Math.min(max, Math.max(min, Number(value.toPrecision(SIGNIFICANT_DIGITS))))
}
