import type { Split } from '../../job-spec/splits.ts'
import type { Engine } from '../../engine/engine.ts'
import type { CompiledGraph } from '../../engine/graph/compiled-graph.ts'
import type { Robustness } from '../../evaluation/report.ts'
import type { EvaluationSpec } from '../../job-spec/evaluation.ts'
import { corruptions } from '../../zoo/corruptions/registry.ts'
import { createForwardPass, type EvaluatorOptions } from './forward-pass.ts'
import { accuracy, type SplitLogits, mean } from './metrics.ts'
import { averagedVariants, type TestTime } from './test-time.ts'

export interface RobustnessOptions extends EvaluatorOptions {
  split: Split
  wanted: EvaluationSpec
  /** Of the whole split, as it is. */
  clean: SplitLogits
  /** What is done to logits before they are judged. */
  adjust?: ((logits: SplitLogits) => SplitLogits) | undefined
  seed: number
  threads: number
  testTime?: TestTime | undefined
}

/**
 * The error of a net on corrupted images, or undefined where no corruption is wanted.
 * Source: Hendrycks and Dietterich 2019, §4, https://arxiv.org/abs/1903.12261; errors are not divided by those of AlexNet.
 */
export async function measureRobustness(
  engine: Engine,
  graph: CompiledGraph,
  options: RobustnessOptions,
): Promise<Robustness | undefined> {
  const { split, wanted, clean, adjust = (logits) => logits, seed, threads, testTime } = options
  const { classes } = clean
  const kinds = corruptions.filter(({ name }) => wanted.corruptions.includes(name))
  if (kinds.length === 0) return undefined
  const indices = spread(clean.labels.length, wanted.images)
  const labels = indices.map((index) => clean.labels[index] ?? 0)
  const pass = createForwardPass(engine, (images) => graph.forward(images, { training: false }), classes, options)
  const variants = kinds.flatMap(({ name }) =>
    wanted.severities.map((severity) => ({ corruption: { name, severity } })),
  )
  const errors: number[] = []
  for await (const logits of averagedVariants(pass, split, { variants, indices, seed, threads, testTime, classes }))
    errors.push(1 - accuracy(adjust({ logits, labels, classes })))
  pass.dispose()
  const of = (kind: number) => wanted.severities.map((_, i) => errors[kind * wanted.severities.length + i] ?? NaN)
  return {
    images: indices.length,
    seed,
    cleanError: 1 - accuracy(taken(clean, indices)),
    meanError: mean(errors),
    corruptions: kinds.map(({ name, kind }, place) => ({
      name,
      kind,
      error: mean(of(place)),
      severities: of(place).map((error, i) => ({ severity: wanted.severities[i] ?? NaN, error })),
    })),
  }
}

/** At most so many places of a split, the same distance apart. */
function spread(total: number, most: number): Int32Array {
  const count = Math.min(total, most)
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * total) / count))
}

function taken({ logits, labels, classes }: SplitLogits, indices: Int32Array): SplitLogits {
  const rows = new Float32Array(indices.length * classes)
  indices.forEach((index, i) => {
    rows.set(logits.subarray(index * classes, (index + 1) * classes), i * classes)
  })
  return { logits: rows, labels: indices.map((index) => labels[index] ?? 0), classes }
}
