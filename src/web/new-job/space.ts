/** One field of a spec that a sweep varies, as it is typed. */
export interface VariedField {
  pointer: string
  way: 'values' | 'range'
  /** JSON values or plain names between commas. */
  values: string
  min: string
  max: string
  scale: 'linear' | 'log'
  integer: boolean
  /** Of a range in a grid. */
  points: string
}

export const newField = (pointer: string): VariedField => ({
  pointer,
  way: 'range',
  values: '',
  min: '',
  max: '',
  scale: 'linear',
  integer: false,
  points: '5',
})

/** `0.1, adam, {"name": "sgd"}` as the values that they are. */
export function listed(text: string): unknown[] {
  const whole = parsed(`[${text}]`)
  if (Array.isArray(whole)) return whole as unknown[]
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => parsed(part) ?? part)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const numberOf = (text: string): number | string =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text

/** The space of a request; what is wrong in it the service says. */
export function spaceOf(fields: readonly VariedField[], isGrid: boolean): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    fields.map(({ pointer, way, values, min, max, scale, integer, points }) => [
      pointer,
      way === 'values'
        ? { values: listed(values) }
        : {
            min: numberOf(min),
            max: numberOf(max),
            scale,
            ...(integer ? { integer } : {}),
            ...(isGrid ? { points: numberOf(points) } : {}),
          },
    ]),
  )
}

/** How many trials there will be; null where the fields do not say yet. */
export function trialsOf(
  kind: 'grid' | 'random' | 'asha',
  fields: readonly VariedField[],
  trials: number,
): number | null {
  if (fields.length === 0) return null
  const sizes = fields.map((field) => sizeOf(field, kind === 'grid'))
  const total = sizes.reduce((product, size) => product * size, 1)
  if (!(total >= 1)) return null
  if (kind === 'grid') return total
  return trials >= 1 ? Math.min(trials, total) : null
}

function sizeOf({ way, values, min, max, integer, points }: VariedField, isGrid: boolean): number {
  if (way === 'values') return listed(values).length
  const [low, high] = [Number(min), Number(max)]
  if (min.trim() === '' || max.trim() === '' || !(low < high)) return NaN
  const whole = integer ? high - low + 1 : Infinity
  return isGrid ? Math.min(whole, Number(points)) : whole
}

/**
 * Budgets that a sweep trains in all, where one trial alone has 1. Of successive halving what its rungs let through: all to the first,
 * one in η to each next.
 */
export function budgetsOf(
  kind: 'grid' | 'random' | 'asha',
  trials: number,
  { eta, minimum }: { eta: number; minimum: number },
): number {
  if (kind !== 'asha') return trials
  const rungs = [1]
  while (1 / eta ** rungs.length >= minimum - 1e-9) rungs.unshift(1 / eta ** rungs.length)
  let alive = trials
  let before = 0
  let total = 0
  for (const share of rungs) {
    total += alive * (share - before)
    before = share
    alive = Math.max(1, Math.floor(alive / eta))
  }
  return total
}
