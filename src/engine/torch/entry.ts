import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import { AppError } from '../../errors.ts'
import type { Values } from './native.ts'

/** One tensor's data: values in JavaScript, a native handle, or both; values are read from the handle when asked for. */
export interface Entry {
  dtype: DataType
  refCount: number
  shape: number[]
  handle: number
  /** The capture in which the entry was made, or 0. */
  capture: number
  complexTensorInfos: null | { real: TensorInfo; imag: TensorInfo }
  values: unknown
}

/** An entry's values as the native side takes them. @throws AppError `internal` where there are none */
export function typedValues(entry: Entry): Values {
  const values = entry.values as ArrayLike<number> | null
  if (values === null) throw new AppError('internal', `A tensor of shape [${entry.shape.join(', ')}] has no values.`)
  if (entry.dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values)
  if (entry.dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values)
  return values instanceof Uint8Array ? values : Uint8Array.from(values, Number)
}
