const float = new Float32Array(1)
const word = new Uint32Array(float.buffer)

/** Float32 to IEEE 754 binary16, to nearest, ties to even; too large becomes the largest finite. */
export function toHalf(value: number): number {
  float[0] = value
  const bits = word[0] ?? 0
  const sign = (bits >>> 16) & 0x8000
  const exponent = (bits >>> 23) & 255
  if (exponent === 255) return sign | (bits & 0x7fffff ? 0x7e00 : 0x7bff)
  if (Math.abs(value) >= 65_520) return sign | 0x7bff
  if (exponent < 113) return sign | roundHalf(Math.abs(value) * 2 ** 24)
  const mantissa = bits & 0x7fffff
  const half = ((exponent - 112) << 10) | (mantissa >>> 13)
  const rest = mantissa & 0x1fff
  return sign | (half + (rest > 0x1000 || (rest === 0x1000 && half & 1) ? 1 : 0))
}

function roundHalf(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0)
}

/** IEEE 754 binary16 to a number. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
