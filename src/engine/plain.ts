import type * as tfc from '@tensorflow/tfjs-core'
import { compositeOps } from './composites/ops.ts'
import type { CapturedStep, Engine } from './engine.ts'
import { processMemory } from './memory.ts'
import type { Tf } from './tfjs.js'

/** An engine on a tfjs backend that knows nothing of ours: composites, and a captured step that is called again. */
export function plainEngine(
  tf: Tf,
  { name, device, threads, version }: Pick<Engine, 'name' | 'device' | 'threads' | 'version'>,
): Engine {
  const write = (target: tfc.Variable, values: Float32Array | Int32Array): void => {
    tf.tidy(() => {
      target.assign(tf.tensor(values, target.shape, target.dtype))
    })
  }
  return {
    name,
    device,
    threads,
    version,
    tf,
    write,
    supportsBfloat16: false,
    prefersBfloat16: false,
    ops: compositeOps(tf),
    setPrecision: () => undefined,
    capture(step): CapturedStep {
      const outputs: tfc.Tensor[] = tf.tidy(step)
      const replace = (): void => {
        tf.dispose(outputs)
        outputs.splice(0, outputs.length, ...tf.tidy(step))
      }
      return { outputs, run: replace, dispose: () => tf.dispose(outputs) }
    },
    writeImages(target, pixels, { mean, std }) {
      const channels = mean.length
      write(
        target,
        Float32Array.from(pixels, (value, i) => (value / 255 - (mean[i % channels] ?? 0)) / (std[i % channels] ?? 1)),
      )
    },
    memory: () => ({ ...processMemory(tf), nativeTensors: 0, nativeBytes: 0 }),
    profile(run) {
      run()
      return []
    },
    fallbacks: () => ({}),
    resetFallbacks: () => undefined,
    dispose: () => {
      tf.disposeVariables()
    },
  }
}
