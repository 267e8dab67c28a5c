import { AppError } from '../errors.ts'
import type { Fill } from '../zoo/augment/pixel-ops.ts'

/** @throws AppError `invalid_request` when it is not a whole number in the range. */
export function integerIn(what: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value
  throw new AppError('invalid_request', `${what}: a whole number from ${low} to ${high} was expected, not ${value}.`)
}

/** @throws AppError `invalid_request` when it is not in the range. */
export function within(what: string, value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value
  throw new AppError('invalid_request', `${what}: a number from ${low} to ${high} was expected, not ${value}.`)
}

/** @throws AppError `invalid_request` when it is not a number, or infinite. */
export function finite(value: number): number {
  if (Number.isFinite(value)) return value
  throw new AppError('invalid_request', `A finite number was expected, not ${value}.`)
}

export const byte = (value: number): number => integerIn('pixel’s value', value, 0, 255)

export const seed32 = (value: number): number => integerIn('seed', value, 0, 2 ** 32 - 1)

/** Of three channels, whatever the image has. */
export function channelFill(fill: Fill): [number, number, number] {
  if (typeof fill === 'number') return [byte(fill), byte(fill), byte(fill)]
  const [red = 0, green = red, blue = red] = fill
  return [byte(red), byte(green), byte(blue)]
}
