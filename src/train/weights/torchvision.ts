import { floats, type StoredTensor } from './safetensors.ts'

const PARTS: Readonly<Record<string, string>> = {
  kernel: 'weight',
  depthwise_kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
}

/** torchvision's name of a variable: `layer1.0.bn1/gamma` → `layer1.0.bn1.weight`. */
export function torchvisionName(variable: string): string {
  const slash = variable.lastIndexOf('/')
  return `${variable.slice(0, slash)}.${PARTS[variable.slice(slash + 1)] ?? variable.slice(slash + 1)}`
}

/** Values in tfjs' layout: OIHW → HWIO, depthwise [C, 1, H, W] → [H, W, C, 1], linear transposed, vectors as they are. */
export function fromTorchLayout(
  variable: string,
  { dtype, shape, data }: StoredTensor,
): { shape: number[]; values: Float32Array } {
  const values = floats({ dtype, data })
  if (shape.length === 2) return permute(values, shape, [1, 0])
  if (shape.length === 4)
    return permute(values, shape, variable.endsWith('/depthwise_kernel') ? [2, 3, 0, 1] : [2, 3, 1, 0])
  return { shape, values }
}

/** The other way: HWIO → OIHW, depthwise [H, W, C, M] → [C·M, 1, H, W], linear transposed, vectors as they are. */
export function toTorchLayout(
  variable: string,
  shape: readonly number[],
  values: Float32Array,
): { shape: number[]; values: Float32Array } {
  if (shape.length === 2) return permute(values, shape, [1, 0])
  if (shape.length !== 4) return { shape: [...shape], values }
  if (!variable.endsWith('/depthwise_kernel')) return permute(values, shape, [3, 2, 0, 1])
  const { shape: sides, values: data } = permute(values, shape, [2, 3, 0, 1])
  const [channels = 1, multiplier = 1, height = 1, width = 1] = sides
  return { shape: [channels * multiplier, 1, height, width], values: data }
}

function permute(
  values: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): { shape: number[]; values: Float32Array } {
  const target = order.map((axis) => shape[axis] ?? 1)
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
  const [n0, n1, n2, n3] = fourOf(target, 1)
  const [s0, s1, s2, s3] = fourOf(
    order.map((axis) => strides[axis] ?? 1),
    0,
  )
  const out = new Float32Array(values.length)
  let i = 0
  for (let a = 0; a < n0; a++)
    for (let b = 0; b < n1; b++)
      for (let c = 0; c < n2; c++) {
        let source = a * s0 + b * s1 + c * s2
        for (let d = 0; d < n3; d++, source += s3) out[i++] = values[source] ?? 0
      }
  return { shape: target, values: out }
}

/** The numbers of at most four axes, with `filler` for those in front that are not there. */
function fourOf(numbers: readonly number[], filler: number): [number, number, number, number] {
  const [a = filler, b = filler, c = filler, d = filler] = [
    ...Array<number>(4 - numbers.length).fill(filler),
    ...numbers,
  ]
  return [a, b, c, d]
}
