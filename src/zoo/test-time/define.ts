import Type, { type Static, type TObject, type TProperties } from 'typebox'
import type { AugmentComponent, AugmentContext, Component, Rng } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'

/** Several views of an image, over which a trained model's answers are averaged. */
export interface TestTimeComponent<O extends TProperties = TProperties> extends Component<O> {
  /** The augmentations that its option `of` lists. */
  readonly parts?: readonly AugmentComponent[]
  views(options: Static<TObject<O>>): number
  /** An image of any size and the number of the view, from 0 → uint8 [size, size, C]. */
  create(options: Static<TObject<O>>, context: ViewContext): (image: RasterImage, view: number, rng: Rng) => RasterImage
}

export interface ViewContext extends AugmentContext {
  /** What evaluation does without: resizes and crops to the input's size. */
  fit: (image: RasterImage) => RasterImage
}

export type Averaged = 'probabilities' | 'logits'

export const averagedOption = Type.Union([Type.Literal('probabilities'), Type.Literal('logits')], {
  default: 'probabilities',
  description: 'What is averaged over the views: probabilities before calibration, or logits.',
})
