import { AppError } from '../../errors.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { CompiledGraph } from '../../engine/graph/compiled-graph.ts'
import { createForwardPass, type EvaluatorOptions } from './forward-pass.ts'
import type { SplitLogits } from './metrics.ts'
import { averagedVariants, type TestTime } from './test-time.ts'

export interface Evaluator {
  run(split: Split): Promise<SplitLogits>
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
    async run(split) {
      const labels = dataset.labels(split)
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
