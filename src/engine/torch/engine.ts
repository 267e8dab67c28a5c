import { readFileSync } from 'node:fs'
import type * as tfc from '@tensorflow/tfjs-core'
import type { Engine, EngineOptions } from '../engine.ts'
import { processMemory } from '../memory.ts'
import type { Tf } from '../tfjs.js'
import { registerTorchBackend, type Capture } from './backend.ts'
import { registerRectifierGradients, torchFusedOps } from './fused.ts'
import { loadNative } from './native.ts'
import { opcodes, registerKernels } from './register.ts'

/** tfjs on libtorch, in this process. */
export async function torchEngine(tf: Tf, { threads }: { threads: number } & Partial<EngineOptions>): Promise<Engine> {
  const native = loadNative()
  native.setThreads(threads)
  const backend = registerTorchBackend(tf, native)
  const fallbacks = registerKernels(tf, backend)
  const ops = torchFusedOps(tf, backend)
  registerRectifierGradients(tf)
  await tf.setBackend('torch')
  const opcode = opcodes(backend)

  function record(step: () => tfc.Tensor[]): { outputs: tfc.Tensor[]; tape: Capture } {
    try {
      const outputs = tf.tidy(step)
      return { outputs, tape: backend.endCapture(outputs) }
    } catch (error) {
      backend.abandonCapture()
      throw error
    }
  }

  return {
    name: 'torch',
    device: { type: native.device, name: native.deviceName },
    threads,
    version: `libtorch ${native.version}`,
    supportsBfloat16: true,
    prefersBfloat16: native.device === 'cuda' || processorMultipliesBfloat16(),
    tf,
    ops,
    setPrecision: (precision) => {
      native.setBfloat16(precision === 'bfloat16')
    },
    capture(step) {
      backend.beginCapture()
      const { outputs, tape } = record(step)
      return {
        outputs,
        run: tape.run,
        dispose: () => {
          tf.dispose(outputs)
          tape.dispose()
        },
      }
    },
    write: (target, values) => {
      backend.overwrite(target, values)
    },
    writeImages(target, pixels, { mean, std }) {
      native.stage(backend.ensureNative(target), pixels)
      backend.begin(opcode('NormalizeImages'))
      backend.handle(target)
      backend.number(mean.length)
      mean.forEach((value, channel) => {
        backend.number(value)
        backend.number(std[channel] ?? 1)
      })
      backend.run()
      backend.changed(target)
    },
    memory() {
      const [nativeTensors, nativeBytes] = native.memory()
      return { ...processMemory(tf), nativeTensors, nativeBytes }
    },
    profile(run) {
      native.setProfile(true)
      run()
      const rows = native.profile()
      native.setProfile(false)
      return rows
        .map(([kernel, calls, milliseconds]) => ({ kernel, calls, milliseconds }))
        .sort((a, b) => b.milliseconds - a.milliseconds)
    },
    fallbacks: () => Object.fromEntries(fallbacks),
    resetFallbacks: () => {
      fallbacks.clear()
    },
    dispose: () => {
      tf.disposeVariables()
    },
  }
}

function processorMultipliesBfloat16(): boolean {
  try {
    return /\b(avx512_bf16|amx_bf16)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
  } catch {
    return false
  }
}
