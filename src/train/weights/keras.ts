import type { Convention } from '../../zoo/define.ts'
import { floats, floatTensor, type StoredTensor } from './safetensors.ts'

/** What belongs to weights in addition to their values. */
export interface WeightsKind {
  convention: Convention
  image: { channels: number; mean: number[]; std: number[] }
}

export const IMAGENET = { channels: 3, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
const SYMMETRIC = { channels: 3, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
/** Means of ImageNet's red, green and blue, taken from pixels of 0 to 255 that are not divided: Caffe's way. */
const CAFFE = {
  channels: 3,
  mean: [123.68, 116.779, 103.939].map((mean) => mean / 255),
  std: [1, 1, 1].map((one) => one / 255),
}

/** Of ResNets and DenseNets. */
const EPSILON = 1.001e-5
export const TENSORFLOW_EPSILON = 1e-3

/**
 * Weights of Keras' own nets as the zoo has them. ResNets are of version 1, stride in a block's first convolution, on images in Caffe's
 * order blue, green, red: the first filters are turned round instead. The biases of their convolutions go into the means of
 * the batch norms behind: γ(x + b − μ)/σ + β = γ(x − (μ − b))/σ + β.
 * Source: keras.applications (resnet.py, densenet.py, mobilenet_v2.py, inception_v3.py and their `preprocess_input`).
 */
export function fromKeras(
  model: string,
  stored: ReadonlyMap<string, StoredTensor>,
): WeightsKind & { tensors: Map<string, StoredTensor> } {
  const tensors = renamed(stored, (name) => name.replace(/:0$/, '').replace(/^fc1000\//, 'predictions/'))
  if (model.startsWith('resnet')) {
    takeBiases(tensors)
    const first = tensors.get('conv1_conv/kernel')
    if (first !== undefined) tensors.set('conv1_conv/kernel', reversedInputs(first))
    return { tensors, convention: { padding: 'torch', epsilon: EPSILON, bottleneckStride: 'first' }, image: CAFFE }
  }
  if (model.startsWith('densenet'))
    return {
      tensors: renamed(tensors, (name) => name.replace(/^conv1_(conv|bn)\//, 'conv1/$1/')),
      convention: { padding: 'torch', epsilon: EPSILON },
      image: IMAGENET,
    }
  return { tensors, convention: { padding: 'tensorflow', epsilon: TENSORFLOW_EPSILON }, image: SYMMETRIC }
}

/** Keras 2 wrote `:0` after names and called heads `fc1000`; Keras 3 has no slashes in DenseNet's first names. */
function renamed(
  tensors: ReadonlyMap<string, StoredTensor>,
  rename: (name: string) => string,
): Map<string, StoredTensor> {
  return new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]))
}

function takeBiases(tensors: Map<string, StoredTensor>): void {
  for (const [name, tensor] of [...tensors]) {
    const [, unit] = /^(.+)_conv\/bias$/.exec(name) ?? []
    const means = tensors.get(`${unit}_bn/moving_mean`)
    if (means === undefined) continue
    const biases = floats(tensor)
    tensors.delete(name)
    tensors.set(
      `${unit}_bn/moving_mean`,
      floatTensor(
        means.shape,
        floats(means).map((mean, channel) => mean - (biases[channel] ?? 0)),
      ),
    )
  }
}

/** Filters [h, w, in, out] with their input channels in the opposite order. */
function reversedInputs(tensor: StoredTensor): StoredTensor {
  const [, , inputs = 1, outputs = 1] = tensor.shape
  const values = floats(tensor)
  const turned = values.map((_, i) => {
    const input = Math.floor(i / outputs) % inputs
    return values[i + (inputs - 1 - 2 * input) * outputs] ?? 0
  })
  return floatTensor(tensor.shape, turned)
}
