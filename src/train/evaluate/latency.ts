import type { Engine } from '../../engine/engine.ts'
import type { CompiledGraph } from '../../engine/graph/compiled-graph.ts'
import type { Cost } from '../../evaluation/report-parts.ts'
import type { ModelInput } from '../net/model-input.ts'
import { createBatchForward } from './forward-pass.ts'

const WARM_UPS = 3
const RUNS = 30
/** A large net on a slow processor is measured a few times. */
const MAX_MS = 2000
const MIN_RUNS = 3

/** How long one image takes, from its pixels to its logits; its first passes are left out. */
export function measureLatency(
  engine: Engine,
  graph: CompiledGraph,
  { input, classes }: { input: ModelInput; classes: number },
  now: () => number,
): NonNullable<Cost['latency']> {
  const forward = createBatchForward(engine, (images) => graph.forward(images, { training: false }), {
    batchSize: 1,
    width: classes,
    input,
  })
  const pixels = new Uint8Array(input.size * input.size * input.channels)
  for (let i = 0; i < WARM_UPS; i++) forward.run(pixels, 1)
  const times: number[] = []
  const begin = now()
  while (times.length < RUNS && (times.length < MIN_RUNS || now() - begin < MAX_MS)) {
    const start = now()
    forward.run(pixels, 1)
    times.push(now() - start)
  }
  forward.dispose()
  times.sort((a, b) => a - b)
  const quantile = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0
  return { batch: 1, runs: times.length, medianMs: quantile(0.5), p90Ms: quantile(0.9) }
}
