import { AppError } from '../../errors.ts'
import { fromHalf } from './half.ts'

/** A tensor in a safetensors file. */
export interface StoredTensor {
  dtype: 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'U8'
  shape: number[]
  data: Uint8Array
}

export interface SafetensorsFile {
  metadata: Record<string, string>
  tensors: Map<string, StoredTensor>
}

const MAX_HEADER = 100_000_000
const BYTES: Readonly<Record<StoredTensor['dtype'], number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  U8: 1,
}

/** Serialises tensors: 8 bytes of header length, a JSON header, the data. Source: https://github.com/huggingface/safetensors#format. */
export function writeSafetensors({ metadata, tensors }: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { dtype, shape, data }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  const text = JSON.stringify(header)
  const json = Buffer.from(text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8))
  const file = Buffer.alloc(8 + json.byteLength + offset)
  file.writeBigUInt64LE(BigInt(json.byteLength), 0)
  json.copy(file, 8)
  let at = 8 + json.byteLength
  for (const { data } of tensors.values()) {
    file.set(data, at)
    at += data.byteLength
  }
  return file
}

/**
 * Reads a whole file; tensors are views of it.
 * @throws AppError `checkpoint_invalid` that says what is wrong with the file.
 */
export function readSafetensors(file: Uint8Array, source: string): SafetensorsFile {
  const invalid = (detail: string): AppError =>
    new AppError('checkpoint_invalid', `${source} is not a safetensors file: ${detail}.`)
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (buffer.byteLength < 8) throw invalid('it is shorter than its header')
  // A pickle of protocol 2 to 5.
  if (buffer[0] === 0x80 && buffer[1]! >= 2 && buffer[1]! <= 5)
    throw invalid('it is a pickle of Python or PyTorch; load it there and save it with safetensors.torch.save_file')
  const length = Number(buffer.readBigUInt64LE(0))
  if (length > MAX_HEADER || 8 + length > buffer.byteLength)
    throw invalid(`its header claims ${length} bytes, more than the file has`)
  let header: Record<
    string,
    { dtype: StoredTensor['dtype']; shape: number[]; data_offsets: [number, number] } | Record<string, string>
  >
  try {
    header = JSON.parse(buffer.toString('utf8', 8, 8 + length)) as typeof header
  } catch (cause) {
    throw new AppError('checkpoint_invalid', `${source} is not a safetensors file: its header is not JSON.`, { cause })
  }
  const tensors = new Map<string, StoredTensor>()
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const {
      dtype,
      shape,
      data_offsets: range,
    } = entry as { dtype: StoredTensor['dtype']; shape: number[]; data_offsets: [number, number] }
    const width = BYTES[dtype]
    if ((width as number | undefined) === undefined)
      throw invalid(`${name} has dtype ${dtype}; ${Object.keys(BYTES).join(', ')} are read`)
    const [begin, end] = range
    const expected = shape.reduce((product, size) => product * size, width)
    if (!(begin >= 0 && end - begin === expected && 8 + length + end <= buffer.byteLength))
      throw invalid(`${name} does not fit its shape [${shape.join(', ')}]`)
    tensors.set(name, { dtype, shape, data: buffer.subarray(8 + length + begin, 8 + length + end) })
  }
  return { metadata: (header['__metadata__'] ?? {}) as Record<string, string>, tensors }
}

export function floatTensor(shape: readonly number[], values: Float32Array): StoredTensor {
  return { dtype: 'F32', shape: [...shape], data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) }
}

/** The values of a floating-point tensor as float32 of their own, whatever the alignment in the file. */
export function floats({ dtype, data }: Pick<StoredTensor, 'dtype' | 'data'>): Float32Array {
  const { buffer } = new Uint8Array(data)
  if (dtype === 'F64') return Float32Array.from(new Float64Array(buffer))
  if (dtype === 'BF16') return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer)
  if (dtype === 'F16') return Float32Array.from(new Uint16Array(buffer), fromHalf)
  return new Float32Array(buffer)
}

/** The nearest numbers that bfloat16 has, ties to even. */
export function toBfloat16(values: Float32Array): Float32Array {
  const words = new Uint32Array(values.slice().buffer)
  words.forEach((bits, i) => (words[i] = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000))
  return new Float32Array(words.buffer)
}
