/** Where and how an image is stored. */
export interface StoredImage {
  /** Number of its shard. */
  shard: number
  /** Byte of the shard at which it starts. */
  offset: number
  width: number
  height: number
  /**
   * `raw`: uint8 [height, width, channels of the data set] on its ground, followed by an alpha plane [height, width] where `alpha` is true.
   * `jpeg`: the length of a JPEG file as u32, little endian, and the file.
   */
  codec: 'raw' | 'jpeg'
  alpha: boolean
}

/** Bytes before the JPEG file. */
export const JPEG_LENGTH_BYTES = 4

/** Bytes of a raw image. */
export const rawBytes = ({ width, height, alpha }: Omit<StoredImage, 'shard' | 'offset'>, channels: number): number =>
  width * height * (channels + (alpha ? 1 : 0))
