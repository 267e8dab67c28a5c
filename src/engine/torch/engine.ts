import { readFileSync } from 'node:fs'
import type * as tfc from '@tensorflow/tfjs-core'
import type { CapturedStep, Engine, EngineOptions } from '../engine.ts'
import { processMemory } from '../memory.ts'
import type { Tf } from '../tfjs.js'
import { openTorchGroup } from './collective.ts'
import { registerTorchBackend, type TorchBackend } from './backend.ts'
import { torchFusedOps } from './fused/register.ts'
import type { KernelContext } from './kernel.ts'
import { loadNative, type Native } from './native.ts'
import { opcodes, registerKernels } from './register.ts'

/** tfjs on libtorch, in this process. */
export async function torchEngine(tf: Tf, { threads }: { threads: number } & Partial<EngineOptions>): Promise<Engine> {
  const native = loadNative()
  let count = threads
  native.setThreads(count)
  const backend = registerTorchBackend(tf, native)
  const context: KernelContext = { tf, backend, opcode: opcodes(backend) }
  const fallbacks = registerKernels(context)
  const ops = torchFusedOps(context)
  await tf.setBackend('torch')
  return {
    name: 'torch',
    device: { type: native.device, name: native.deviceName },
    get threads() {
      return count
    },
    version: `libtorch ${native.version}`,
    supportsBfloat16: true,
    prefersBfloat16: native.device === 'cuda' || processorMultipliesBfloat16(),
    tf,
    ops,
    setThreads: (wanted) => {
      count = wanted
      native.setThreads(count)
    },
    openGroup: (options) => openTorchGroup(context, options),
    setPrecision: (precision) => {
      native.setBfloat16(precision === 'bfloat16')
    },
    capture: (step) => capture(tf, backend, step),
    write: (target, values) => {
      backend.overwrite(target, values)
    },
    writeImages: (target, pixels, normalisation) => {
      writeImages(context, target, pixels, normalisation)
    },
    memory() {
      const [nativeTensors, nativeBytes] = native.memory()
      return { ...processMemory(tf), nativeTensors, nativeBytes }
    },
    profile: (run) => profile(native, run),
    fallbacks: () => Object.fromEntries(fallbacks),
    resetFallbacks: () => {
      fallbacks.clear()
    },
    dispose: () => {
      tf.disposeVariables()
    },
  }
}

function capture(tf: Tf, backend: TorchBackend, step: () => tfc.Tensor[]): CapturedStep {
  backend.beginCapture()
  try {
    const outputs = tf.tidy(step)
    const tape = backend.endCapture(outputs)
    return {
      outputs,
      run: tape.run,
      dispose: () => {
        tf.dispose(outputs)
        tape.dispose()
      },
    }
  } catch (error) {
    backend.abandonCapture()
    throw error
  }
}

function writeImages(
  { backend, opcode }: KernelContext,
  target: tfc.Variable,
  pixels: Uint8Array,
  { mean, std }: Parameters<Engine['writeImages']>[2],
): void {
  backend.native.stage(backend.ensureNative(target), pixels)
  backend.begin(opcode('NormalizeImages'))
  backend.handle(target)
  backend.number(mean.length)
  mean.forEach((value, channel) => {
    backend.number(value)
    backend.number(std[channel] ?? 1)
  })
  backend.run()
  backend.changed(target)
}

function profile(native: Native, run: () => void): ReturnType<Engine['profile']> {
  native.setProfile(true)
  run()
  const rows = native.profile()
  native.setProfile(false)
  return rows
    .map(([kernel, calls, milliseconds]) => ({ kernel, calls, milliseconds }))
    .sort((a, b) => b.milliseconds - a.milliseconds)
}

function processorMultipliesBfloat16(): boolean {
  try {
    return /\b(avx512_bf16|amx_bf16)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
  } catch {
    return false
  }
}
