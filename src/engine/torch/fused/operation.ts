import type { GradConfig, Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { Tf } from '../../tfjs.js'
import type { KernelArguments, KernelContext } from '../kernel.ts'

/** An operation that training needs as one native kernel, and its gradient. */
export interface FusedOperation {
  /** The kernels of the operation and of its gradient, by tfjs name. */
  readonly kernels: Readonly<Record<string, FusedKernel>>
  gradients(tf: Tf): FusedGradient[]
}

export type FusedKernel = (args: KernelArguments, context: KernelContext) => TensorInfo | TensorInfo[]

/** As tfjs takes it; `saved` has the inputs to save, then the outputs to save. */
export type FusedGradient = Omit<GradConfig, 'gradFunc'> & {
  gradFunc: (dy: never, saved: never, attrs: never) => Record<string, () => Tensor>
}

/** Runs a registered kernel on tensors: outputs in the kernel's order. */
export function runFused(tf: Tf, name: string, inputs: Readonly<Record<string, Tensor>>, attrs: object = {}): Tensor[] {
  const result = tf.engine().runKernel(name, inputs, attrs as never)
  return Array.isArray(result) ? result : [result]
}

/** The only output of a kernel. */
export function runFusedOne<T extends Tensor>(
  tf: Tf,
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attrs: object = {},
): T {
  return runFused(tf, name, inputs, attrs)[0] as T
}

export function registerFused({ kernels, gradients }: FusedOperation, context: KernelContext): void {
  const { tf } = context
  for (const [kernelName, run] of Object.entries(kernels)) {
    const kernelFunc = ((args: KernelArguments) => run(args, context)) as never
    tf.registerKernel({ kernelName, backendName: 'torch', kernelFunc })
  }
  for (const gradient of gradients(tf)) tf.registerGradient(gradient as GradConfig)
}
