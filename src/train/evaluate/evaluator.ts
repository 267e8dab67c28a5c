import { AppError } from '../../errors.ts'
import { soleProcess, type Collective } from '../../engine/distributed/collective.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { CompiledGraph } from '../../engine/graph/compiled-graph.ts'
import { createForwardPass, EVALUATION_THREADS, type EvaluatorOptions, type ForwardPass } from './forward-pass.ts'
import type { SplitLogits } from './metrics.ts'
import { averagedVariants, type TestTime } from './test-time.ts'

export interface Evaluator {
  /** @param together processes that do so at the same time, each with a part of the split. */
  run(split: Split, together?: Collective): Promise<SplitLogits>
  dispose(): void
}

export interface ViewsOptions {
  testTime: TestTime
  seed: number
  threads: number
}

/** Evaluates a graph by its logits. */
export function createEvaluator(
  engine: Engine,
  graph: CompiledGraph,
  options: EvaluatorOptions & { views?: ViewsOptions | undefined },
): Evaluator {
  const { dataset, views } = options
  const classes = dataset.manifest.classes.length
  const pass = createForwardPass(engine, (images) => graph.forward(images, { training: false }), classes, options)
  return {
    async run(split, together = soleProcess) {
      const labels = dataset.labels(split)
      if (together.worldSize > 1)
        return { logits: await logitsTogether(pass, split, { labels, classes, together }), labels, classes }
      if (views === undefined) return { logits: await pass.run(split), labels, classes }
      const indices = Int32Array.from(labels.keys())
      const averaged = averagedVariants(pass, split, { ...views, variants: [{}], indices, classes })
      for await (const logits of averaged) return { logits, labels, classes }
      throw new AppError('internal', `Split ${split} was not evaluated.`)
    },
    dispose: () => {
      pass.dispose()
    },
  }
}

/** The logits of a split of which each process computes a part. */
async function logitsTogether(
  pass: ForwardPass,
  split: Split,
  { labels, classes, together }: Pick<SplitLogits, 'labels' | 'classes'> & { together: Collective },
): Promise<Float32Array> {
  const { rank, worldSize } = together
  const logits = new Float32Array(labels.length * classes)
  const from = Math.floor((labels.length * rank) / worldSize)
  const to = Math.floor((labels.length * (rank + 1)) / worldSize)
  const indices = Int32Array.from({ length: to - from }, (_, i) => from + i)
  const wanted = { variants: [{}], indices, seed: 0, threads: EVALUATION_THREADS }
  if (to > from) for await (const rows of pass.variants(split, wanted)) logits.set(rows, from * classes)
  together.sum(logits)
  return logits
}
