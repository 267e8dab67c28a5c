const POINTS = 100
const MIN_PROBABILITY = 1e-4

const sign = (value: number): string => (value < 0 ? '−' : '+')

/** A difference of fractions in percentage points. */
export const points = (share: number): string => `${sign(share)}${Math.abs(POINTS * share).toFixed(2)}`
export const signed = (value: number): string => `${sign(value)}${Math.abs(value).toFixed(4)}`
export const probability = (p: number): string => (p < MIN_PROBABILITY ? '< 0.0001' : p.toFixed(4))
export const range = ([low = 0, high = 0]: readonly number[], format: (value: number) => string): string =>
  `${format(low)} to ${format(high)}`
