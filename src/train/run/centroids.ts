import type { Engine } from '../../engine/engine.ts'
import { foldClassScales } from '../../zoo/models/class-scale.ts'
import { createForwardPass } from '../evaluate/forward-pass.ts'
import { sharesClassifier } from '../net/heads.ts'
import { centroidLayerPart, readValues, writeValues } from '../net/net.ts'
import type { OpenStage } from './stage.ts'

/** Whose features are in memory together. */
const IMAGES_AT_ONCE = 8192

/**
 * Begins the memory of a stage that has one, where it does not go on from the stage before: centroids are the means of the training images'
 * features, and what is looked up for an image follows from the classifier of the stage before.
 * Source: Liu et al. 2019, §3.2, https://arxiv.org/abs/1904.05160, and their code.
 */
export async function initCentroids(engine: Engine, open: OpenStage, before?: OpenStage): Promise<void> {
  const { net, head, stage } = open
  if (net.centroidLayer === undefined) return
  if (before !== undefined && stage.head !== 'reset' && sharesClassifier(before.head, head)) return
  engine.write(centroidLayerPart(net, 'centroids'), await centroidsOf(engine, open))
  if (before === undefined || (before.head !== undefined && before.head.kind !== 'scaled')) return
  const values = foldClassScales(readValues(before.net.variables))
  const dense = (part: string): Float32Array => values.get(`${before.net.classifier}/${part}`) ?? new Float32Array()
  const looksUp = new Map(['kernel', 'bias'].map((part) => [`${net.centroidLayer}/memory_${part}`, dense(part)]))
  const variables = new Map([...net.variables].filter(([name]) => looksUp.has(name)))
  writeValues(engine, variables, looksUp)
}

/** Means of the features of a class's training images, float32 [classes, width]; zeros for a class that has none. */
async function centroidsOf(engine: Engine, { net, evaluation }: OpenStage): Promise<Float32Array> {
  const { width, features } = net.graph.split
  const { dataset } = evaluation
  const labels = dataset.labels('train')
  const counts = dataset.manifest.classCounts.train
  const sums = new Float64Array(counts.length * width)
  const pass = createForwardPass(engine, features, width, evaluation)
  for (let start = 0; start < labels.length; start += IMAGES_AT_ONCE) {
    const part = labels.subarray(start, start + IMAGES_AT_ONCE)
    const indices = Int32Array.from(part, (_, i) => start + i)
    for await (const rows of pass.variants('train', { variants: [{}], indices, seed: 0, threads: 1 }))
      part.forEach((label, i) => {
        for (let k = 0; k < width; k++)
          sums[label * width + k] = (sums[label * width + k] ?? 0) + (rows[i * width + k] ?? 0)
      })
  }
  pass.dispose()
  return Float32Array.from(sums, (sum, i) => sum / Math.max(1, counts[Math.floor(i / width)] ?? 1))
}
