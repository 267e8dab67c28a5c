import type { TorchBackend } from './backend.ts'
import { type KernelArguments, type KernelContext, sizeOf, type TorchKernel } from './kernel.ts'
import { elementwiseKernels } from './kernels/elementwise.ts'
import { reduceKernels } from './kernels/reduce.ts'
import { matmulKernels, shapeKernels } from './kernels/shape.ts'
import { spatialKernels } from './kernels/spatial.ts'
import { DTYPES } from './backend.ts'

export const TORCH_KERNELS: readonly TorchKernel[] = [
  ...elementwiseKernels,
  ...reduceKernels,
  ...shapeKernels,
  ...matmulKernels,
  ...spatialKernels,
]

type AnyKernel = (args: never) => never

/**
 * Registers every native kernel for `torch`, and tfjs' own JavaScript for the rest, which reads and writes the same tensors.
 * @returns counts of the calls that ran in JavaScript, by kernel.
 */
export function registerKernels(context: KernelContext): Map<string, number> {
  const { tf } = context
  const fallbacks = new Map<string, number>()
  const javascript = new Map(tf.getKernelsForBackend('cpu').map((kernel) => [kernel.kernelName, kernel]))
  const native = new Map(TORCH_KERNELS.map((kernel) => [kernel.name, kernel]))

  for (const name of new Set([...javascript.keys(), ...native.keys()])) {
    const kernel = native.get(name)
    const fallback = javascript.get(name)
    const runFallback = (args: KernelArguments): never => {
      if (fallback === undefined) throw new Error(`${name} has no implementation for these inputs`)
      fallbacks.set(name, (fallbacks.get(name) ?? 0) + 1)
      return (fallback.kernelFunc as unknown as AnyKernel)(args as never)
    }
    const run = (args: KernelArguments): unknown => {
      if (kernel === undefined || !everyInputIsNative(args) || kernel.supports?.(args, context) === false)
        return runFallback(args)
      return kernel.run(args, context)
    }
    tf.registerKernel({ kernelName: name, backendName: 'torch', kernelFunc: run as never })
  }
  return fallbacks
}

export function opcodes(backend: TorchBackend): (name: string) => number {
  return (name) => {
    const code = backend.native.opcodes[name]
    if (code === undefined) throw new Error(`the native addon has no kernel ${name}`)
    return code
  }
}

function everyInputIsNative({ inputs }: KernelArguments): boolean {
  for (const name in inputs) {
    const tensor = inputs[name] as { dtype: string; shape: number[] } | null | undefined
    if (tensor !== null && tensor !== undefined && (!(tensor.dtype in DTYPES) || sizeOf(tensor.shape) === 0))
      return false
  }
  return true
}
