export interface DecodeOptions {
  /** Pixels that an image may have at most. */
  pixels: number
  /** Larger images are shrunk until their shorter side is this. */
  shorterSide: number
  /** Pixels that an image may have at most once it is shrunk. */
  keptPixels?: number
}

/** How long one image may take. */
export const MAX_SECONDS = 60
