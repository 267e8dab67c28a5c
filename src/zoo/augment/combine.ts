import Type, { type TArray, type TObject, type TString } from 'typebox'
import type { AugmentComponent, AugmentContext, Rng } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'
import { shuffle } from '../rng.ts'
import { probability, sometimes, wholeBetween, wholeRange } from './ranges.ts'

const MAX_PARTS = 20

const partsOption = (names: readonly string[]): TArray<TObject<{ name: TString }>> =>
  Type.Array(
    Type.Object({ name: Type.String({ maxLength: 100 }) }, { additionalProperties: true, maxProperties: 50 }),
    {
      minItems: 1,
      maxItems: MAX_PARTS,
      description: `Augmentations, each a name or an object with options: ${names.join(', ')}.`,
    },
  )

/** Augmentations that choose among others: those given. With a loss of three views a choice is the same in all of them. */
export function combinations(parts: readonly AugmentComponent[]): AugmentComponent[] {
  const of = partsOption(parts.map(({ name }) => name))
  const made = (
    specs: readonly { name: string }[],
    context: AugmentContext,
  ): ReturnType<AugmentComponent['create']>[] =>
    specs.map(({ name, ...options }) => parts.find((part) => part.name === name)!.create(options, context))
  return [oneOf(parts, of, made), someOf(parts, of, made)] as AugmentComponent[]
}

type Parts = readonly AugmentComponent[]
type Of = ReturnType<typeof partsOption>
type Made = (
  specs: readonly { name: string }[],
  context: AugmentContext,
) => ((image: RasterImage, rng: Rng) => RasterImage)[]

function oneOf(
  parts: Parts,
  of: Of,
  made: Made,
): AugmentComponent<{ probability: ReturnType<typeof probability>; of: Of }> {
  return {
    name: 'one-of',
    summary: 'Applies one of several augmentations, drawn uniformly.',
    options: Type.Object({ probability: probability(1), of }),
    parts,
    create: ({ probability: share, of: specs }, context) => {
      const choices = made(specs, context)
      return sometimes(share, (image, rng) => choices[rng.integer(choices.length)]!(image, rng))
    },
  }
}

const count = wholeRange([1, 2], {
  minimum: 0,
  maximum: MAX_PARTS,
  description: 'How many are applied; all if there are fewer.',
})
const order = Type.Union([Type.Literal('random'), Type.Literal('listed')], {
  default: 'random',
  description: 'Apply the chosen ones in random order instead of as listed.',
})

/** Source: imgaug's SomeOf. */
function someOf(
  parts: Parts,
  of: Of,
  made: Made,
): AugmentComponent<{ probability: ReturnType<typeof probability>; of: Of; count: typeof count; order: typeof order }> {
  return {
    name: 'some-of',
    summary: 'Applies several of a list of augmentations, without repetition.',
    options: Type.Object({ probability: probability(1), of, count, order }),
    parts,
    create: ({ probability: share, of: specs, count: ends, order: by }, context) => {
      const choices = made(specs, context)
      return sometimes(share, (image, rng) => {
        const chosen = shuffle(Int32Array.from(choices.keys()), rng).subarray(0, wholeBetween(rng, ends))
        if (by === 'listed') chosen.sort()
        return chosen.reduce((result, i) => choices[i]!(result, rng), image)
      })
    },
  }
}
