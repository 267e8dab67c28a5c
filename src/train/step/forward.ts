import type * as tfc from '@tensorflow/tfjs-core'
import type { LossExtras } from '../../zoo/define.ts'
import { centroidLayerPart, type Net } from '../net/net.ts'

/** What a forward pass gives the loss. */
export interface Pass extends Pick<LossExtras, 'memory'> {
  logits: tfc.Tensor2D
  auxiliary?: tfc.Tensor2D
}

export interface ForwardInputs {
  /** Whether batches are features of the frozen trunk instead of images. */
  onFeatures: boolean
  /** int32 [2], rewritten before every step. */
  dropoutSeed: tfc.Tensor1D
  /** Whether batch norms take the statistics of all processes that train together. */
  acrossRanks: boolean
}

/** The training pass of a net, from a batch to what its loss needs. */
export function forwardOf(
  net: Net,
  { onFeatures, dropoutSeed, acrossRanks }: ForwardInputs,
): (batch: tfc.Tensor) => Pass {
  const passOptions = { training: true, dropoutSeed, acrossRanks }
  const centroids =
    net.centroidLayer === undefined ? undefined : (centroidLayerPart(net, 'centroids') as tfc.Tensor as tfc.Tensor2D)
  return (batch) => {
    if (onFeatures) return { logits: net.graph.split.head(batch as tfc.Tensor2D, passOptions) }
    const pictures = batch as tfc.Tensor4D
    if (centroids !== undefined) {
      const { logits, features } = net.graph.forwardWithFeatures(pictures, passOptions)
      return { logits, memory: { features, centroids } }
    }
    if (net.auxiliaryWeight === 0) return { logits: net.graph.forward(pictures, passOptions) }
    const [logits, auxiliary] = net.graph.forwardAll(pictures, passOptions) as [tfc.Tensor2D, tfc.Tensor2D]
    return { logits, auxiliary }
  }
}
