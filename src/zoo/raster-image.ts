/** Pixels of one image, uint8 HWC. */
export interface RasterImage {
  data: Uint8Array
  width: number
  height: number
  channels: number
}
