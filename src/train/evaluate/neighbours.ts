import type { Engine } from '../../engine/engine.ts'
import type { CompiledGraph } from '../../engine/graph/compiled-graph.ts'
import { meanNearestDistances } from '../../evaluation/outliers.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { FeatureCache } from './features.ts'
import { createForwardPass, EVALUATION_THREADS, type EvaluatorOptions } from './forward-pass.ts'

/** Training images that others are compared with, at most; at least MIN_REFERENCES, as far as there are, for few classes. */
const MAX_REFERENCES = 10_000
const MIN_REFERENCES = 4_000
const REFERENCES_PER_CLASS = 10
/** Images whose features are in memory at a time. */
const CHUNK = 2048
/** Rows of a matrix product. */
const ROWS = 256

export interface NeighbourOptions {
  graph: CompiledGraph
  evaluation: EvaluatorOptions
  /** Of the net; products of features are float32. */
  precision: 'float32' | 'bfloat16'
  /** Features of a frozen trunk, where they are there. */
  cache: FeatureCache | undefined
}

/**
 * How far images are from what a net was trained on: the mean cosine distance of an image's features, those under the classifier, to the nearest
 * of a sample of training images, spread evenly over each class.
 * @returns float64 [images] per split, NaN where features are not finite; none where there are no training images
 */
export async function distancesToTraining(
  engine: Engine,
  splits: readonly Split[],
  options: NeighbourOptions,
): Promise<Map<Split, Float64Array>> {
  const { dataset } = options.evaluation
  const source = featureSource(engine, options)
  try {
    const places = referencePlaces(dataset.labels('train'), dataset.manifest.classes.length)
    if (places.length === 0) return new Map()
    const references = await source.of('train', places)
    const { nearest, dispose } = comparison(engine, normalised(references, source.width), source.width)
    const distances = new Map<Split, Float64Array>()
    for (const split of splits) {
      const indices = Int32Array.from({ length: dataset.manifest.counts[split] }, (_, i) => i)
      const found = new Float64Array(indices.length)
      for (let start = 0; start < indices.length; start += CHUNK) {
        const features = await source.of(split, indices.subarray(start, start + CHUNK))
        found.set(nearest(normalised(features, source.width)), start)
      }
      distances.set(split, found)
    }
    dispose()
    return distances
  } finally {
    source.dispose()
  }
}

interface FeatureSource {
  width: number
  /** float32 [indices, width] */
  of(split: Split, indices: Int32Array): Promise<Float32Array>
  dispose(): void
}

/** Features from the cache, or by forward passes. */
function featureSource(engine: Engine, { graph, evaluation, precision, cache }: NeighbourOptions): FeatureSource {
  const { width, features } = graph.split
  if (cache !== undefined)
    return {
      width,
      of: async (split, indices) => rowsOf(await cache.of(split), indices, width),
      dispose: () => undefined,
    }
  const pass = createForwardPass(engine, features, width, evaluation)
  return {
    width,
    async of(split, indices) {
      engine.setPrecision(precision)
      const rows = new Float32Array(indices.length * width)
      const wanted = { variants: [{}], indices, seed: 0, threads: EVALUATION_THREADS }
      for await (const found of pass.variants(split, wanted)) rows.set(found)
      return rows
    },
    dispose: pass.dispose,
  }
}

function rowsOf(all: Float32Array, indices: Int32Array, width: number): Float32Array {
  const rows = new Float32Array(indices.length * width)
  indices.forEach((from, to) => {
    rows.set(all.subarray(from * width, (from + 1) * width), to * width)
  })
  return rows
}

/** Distances of rows of unit length to the nearest references. */
function comparison(engine: Engine, references: Float32Array, width: number) {
  const { tf } = engine
  const count = references.length / width
  const matrix = tf.tensor2d(references, [count, width])
  return {
    nearest(features: Float32Array): Float64Array {
      engine.setPrecision('float32')
      const images = features.length / width
      const distances = new Float64Array(images)
      for (let start = 0; start < images; start += ROWS) {
        const rows = features.subarray(start * width, (start + ROWS) * width)
        const similarities = tf.tidy(() =>
          tf.matMul(tf.tensor2d(rows, [rows.length / width, width]), matrix, false, true).dataSync(),
        ) as Float32Array
        distances.set(meanNearestDistances(similarities, count), start)
      }
      return distances
    },
    dispose: () => {
      matrix.dispose()
    },
  }
}

/** Rows at unit length, in place; zeros stay. */
function normalised(rows: Float32Array, width: number): Float32Array {
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width)
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
    if (length !== 0) for (let k = 0; k < width; k++) row[k]! /= length
  }
  return rows
}

/** Places of training images, every class with as many as there are up to its share, evenly spaced. */
export function referencePlaces(labels: Int32Array, classes: number): Int32Array {
  const total = Math.min(MAX_REFERENCES, Math.max(MIN_REFERENCES, REFERENCES_PER_CLASS * classes))
  const share = Math.max(1, Math.floor(total / classes))
  const counts = new Int32Array(classes)
  for (const label of labels) counts[label]!++
  const rank = new Int32Array(classes)
  return Int32Array.from(labels.keys()).filter((place) => {
    const label = labels[place]!
    const images = counts[label]!
    const at = rank[label]!++
    const chosen = Math.min(share, images)
    return Math.floor((at * chosen) / images) !== Math.floor(((at - 1) * chosen) / images)
  })
}
