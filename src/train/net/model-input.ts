/** What a model takes: float32 [N, size, size, channels], (pixels/255 − mean)/std a channel. */
export interface ModelInput {
  size: number
  channels: number
  mean: number[]
  std: number[]
}
