import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../../errors.ts'
import type { ForwardOptions } from './compiled-graph.ts'

/** Tensors by the id of the symbolic tensor that they are values of. */
export type Values = Map<number, tfc.Tensor>
export type Operation = (values: Values, options: ForwardOptions) => tfc.Tensor

/** One fused operation: what it reads and what it makes. */
export interface Step {
  inputs: number[]
  output: number
  run: Operation
}

/** @throws AppError `internal` where nothing has made the tensor yet */
export function value(values: Values, id: number): tfc.Tensor {
  const tensor = values.get(id)
  if (tensor === undefined) throw new AppError('internal', 'A layer was compiled before its input.')
  return tensor
}
