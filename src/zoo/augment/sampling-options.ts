import Type, { type TInteger, type TLiteral, type TUnion } from 'typebox'
import type { Interpolation } from './pixel-ops.ts'

/** Options of components that move pixels. */
export function samplingOptions(interpolation: Interpolation): {
  interpolation: TUnion<[TLiteral<'nearest'>, TLiteral<'bilinear'>]>
  fill: TInteger
} {
  return {
    interpolation: Type.Union([Type.Literal('nearest'), Type.Literal('bilinear')], {
      default: interpolation,
      description: 'Interpolation.',
    }),
    fill: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 255,
      description: 'Fill value outside the image.',
    }),
  }
}
