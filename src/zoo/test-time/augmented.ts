import Type from 'typebox'
import { augments } from '../augment/registry.ts'
import { averagedOption, type TestTimeComponent } from './define.ts'

const MAX_PARTS = 20

/** Augmentations that take the image as it is stored would see another size in each view. */
const parts = augments.filter(({ name }) => name !== 'random-resized-crop')

const options = Type.Object({
  views: Type.Integer({
    default: 8,
    minimum: 2,
    maximum: 100,
    description: 'Number of views, the original image included.',
  }),
  of: Type.Array(
    Type.Object({ name: Type.String({ maxLength: 100 }) }, { additionalProperties: true, maxProperties: 50 }),
    {
      minItems: 1,
      maxItems: MAX_PARTS,
      description: 'Augmentations in order, each a name or an object with options.',
    },
  ),
  average: averagedOption,
})

export const augmented: TestTimeComponent<typeof options.properties> = {
  name: 'augmented',
  summary: 'The original image and randomly augmented views.',
  options,
  parts,
  views: ({ views }) => views,
  create({ of }, { size, ops, fit }) {
    const steps = of.map(({ name, ...given }) => parts.find((part) => part.name === name)!.create(given, { size, ops }))
    return (image, view, rng) =>
      view === 0 ? fit(image) : steps.reduce((result, step) => step(result, rng), fit(image))
  },
}
