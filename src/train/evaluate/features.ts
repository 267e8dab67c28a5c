import type { Split } from '../../job-spec/splits.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import { transferOf } from '../../zoo/models/transfer.ts'
import type { Evaluator } from './evaluator.ts'
import { createForwardPass, type EvaluatorOptions } from './forward-pass.ts'
import type { Net } from '../net/net.ts'

/** Features of the frozen trunk, computed once a split. */
export interface FeatureCache {
  readonly width: number
  /** float32 [images, width], in the split's order. */
  of(split: Split): Promise<Float32Array>
  dispose(): void
}

const MAX_BYTES = 4e9

/** Whether features are the same in every epoch: the trunk is frozen, and nothing varies the images or needs them, as attention and centroids do. */
export function featuresStayTheSame(spec: ResolvedSpec, net: Net, images: number): boolean {
  return (
    transferOf(spec.model).freeze === 'trunk' &&
    net.centroidLayer === undefined &&
    spec.augment.length === 0 &&
    spec.mix.name === 'none' &&
    spec.loss['teacher'] === undefined &&
    images * net.graph.split.width * 4 <= MAX_BYTES
  )
}

export function createFeatureCache(engine: Engine, { graph }: Net, options: EvaluatorOptions): FeatureCache {
  const { width, features } = graph.split
  const pass = createForwardPass(engine, features, width, options)
  const known = new Map<Split, Float32Array>()
  return {
    width,
    async of(split) {
      const found = known.get(split) ?? (await pass.run(split))
      known.set(split, found)
      return found
    },
    dispose: () => {
      pass.dispose()
      known.clear()
    },
  }
}

/** Evaluates the head on the features of a split. */
export function headEvaluator(
  engine: Engine,
  { graph }: Net,
  cache: FeatureCache,
  { dataset }: EvaluatorOptions,
): Evaluator {
  const { tf } = engine
  const classes = dataset.manifest.classes.length
  return {
    async run(split) {
      const features = await cache.of(split)
      const labels = dataset.labels(split)
      const logits = tf.tidy(() =>
        graph.split.head(tf.tensor2d(features, [labels.length, cache.width]), { training: false }).dataSync(),
      )
      return { logits: Float32Array.from(logits), labels, classes }
    },
    dispose: () => {
      cache.dispose()
    },
  }
}
