import type { RasterImage } from '../define.ts'

/** A rectangle, in whole pixels. */
export interface Region {
  x: number
  y: number
  width: number
  height: number
}

export interface Resize {
  /** Part of the image that is resized as if there were nothing around it. */
  region: Region
  /** Size that the region gets. */
  width: number
  height: number
  /** Part of the result that is made. */
  window: Region
}

/**
 * Operations on pixels, uint8 [H, W, C] with 1 or 3 channels. Each leaves its input as it is and gives a new image, whose memory is the
 * operations' own: in a pipeline it is valid until the pipeline takes the next image.
 * @throws AppError `invalid_request` for parameters outside of what an operation takes.
 */
export interface PixelOps {
  /** Mirrors left to right. */
  flipHorizontal(image: RasterImage): RasterImage
  /** Mirrors top to bottom. */
  flipVertical(image: RasterImage): RasterImage
  /** A region that may reach outside of the image, where pixels are `fill` (0 when left out). */
  crop(image: RasterImage, region: Region, fill?: number): RasterImage
  /** Resamples with an antialiased triangle filter: the pixels of PIL's `resize` with BILINEAR. */
  resize(image: RasterImage, resize: Resize): RasterImage
}
