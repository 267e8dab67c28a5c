import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Tf } from '../tfjs.js'
import type { TorchBackend } from './backend.ts'

/** What tfjs hands a kernel: tensors by name (or a list) and attributes. */
export interface KernelArguments {
  inputs: Record<string, TensorInfo>
  attrs: Record<string, unknown>
}

export interface KernelContext {
  tf: Tf
  backend: TorchBackend
  opcode(name: string): number
}

/** One tfjs kernel on the native backend. */
export interface TorchKernel {
  readonly name: string
  /** False sends the call to tfjs' own JavaScript, which is counted. Without it, every call with values is native. */
  supports?(args: KernelArguments, context: KernelContext): boolean
  run(args: KernelArguments, context: KernelContext): TensorInfo | TensorInfo[]
}

export function input(args: KernelArguments, name: string): TensorInfo {
  const tensor = args.inputs[name]
  if (tensor === undefined) throw new Error(`kernel input ${name} is missing`)
  return tensor
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

export const isFloat = (tensor: TensorInfo): boolean => tensor.dtype === 'float32'

/** Reads the inputs in order, makes one output, and runs. */
export function call(
  { backend, opcode }: KernelContext,
  name: string,
  inputs: readonly TensorInfo[],
  output: { shape: number[]; dtype: TensorInfo['dtype'] },
  attributes?: () => void,
): TensorInfo {
  backend.begin(opcode(name))
  for (const tensor of inputs) backend.tensor(tensor)
  attributes?.()
  const result = backend.output(output.shape, output.dtype)
  backend.run()
  return result
}

/** The same data under another shape. */
export function view(context: KernelContext, x: TensorInfo, shape: number[], dtype = x.dtype): TensorInfo {
  context.backend.incRef(x.dataId)
  return { dataId: x.dataId, shape, dtype }
}

export const numberAttribute = ({ attrs }: KernelArguments, name: string): number => attrs[name] as number
