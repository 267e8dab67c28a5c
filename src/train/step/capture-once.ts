import type * as tfc from '@tensorflow/tfjs-core'
import type { CapturedStep, Engine } from '../../engine/engine.ts'

/** A step that is captured the first time it is run. */
export function captureOnce(
  engine: Engine,
  step: () => tfc.Tensor[],
): { run(): readonly tfc.Tensor[]; dispose(): void } {
  let captured: CapturedStep | undefined
  return {
    run() {
      if (captured === undefined) captured = engine.capture(step)
      else captured.run()
      return captured.outputs
    },
    dispose: () => captured?.dispose(),
  }
}
