import { layerOf, partOf, type Naming } from './variable-name.ts'

const KERAS_PARTS: Readonly<Record<string, string>> = {
  '0.0': 'expand',
  '0.1': 'expand_BN',
  '1.0': 'depthwise',
  '1.1': 'depthwise_BN',
  '2': 'project',
  '3': 'project_BN',
}
const KERAS_FIRST: Readonly<Record<string, string>> = {
  '0.0': 'depthwise',
  '0.1': 'depthwise_BN',
  '1': 'project',
  '2': 'project_BN',
}

function mobilenetLayer(layer: string): string | undefined {
  const known: Readonly<Record<string, string>> = {
    'features.0.0': 'Conv1',
    'features.0.1': 'bn_Conv1',
    'features.18.0': 'Conv_1',
    'features.18.1': 'Conv_1_bn',
    'classifier.1': 'predictions',
  }
  const block = /^features\.(\d+)\.conv\.(.+)$/.exec(layer)
  if (block === null) return known[layer]
  const [, index = '', part = ''] = block
  const suffix = (index === '1' ? KERAS_FIRST : KERAS_PARTS)[part]
  const prefix = index === '1' ? 'expanded_conv' : `block_${Number(index) - 1}`
  return suffix === undefined ? undefined : `${prefix}_${suffix}`
}

/** Units of InceptionV3 in the order in which Keras makes them: it numbers its layers. */
const INCEPTION_UNITS = [
  ...['Conv2d_1a_3x3', 'Conv2d_2a_3x3', 'Conv2d_2b_3x3', 'Conv2d_3b_1x1', 'Conv2d_4a_3x3'],
  ...inBlocks(['5b', '5c', '5d'], ['1x1', '5x5_1', '5x5_2', '3x3dbl_1', '3x3dbl_2', '3x3dbl_3', '_pool']),
  ...inBlocks(['6a'], ['3x3', '3x3dbl_1', '3x3dbl_2', '3x3dbl_3']),
  ...inBlocks(
    ['6b', '6c', '6d', '6e'],
    [...['1x1', '7x7_1', '7x7_2', '7x7_3'], ...['7x7dbl_1', '7x7dbl_2', '7x7dbl_3', '7x7dbl_4', '7x7dbl_5', '_pool']],
  ),
  ...inBlocks(['7a'], ['3x3_1', '3x3_2', '7x7x3_1', '7x7x3_2', '7x7x3_3', '7x7x3_4']),
  ...inBlocks(
    ['7b', '7c'],
    ['1x1', '3x3_1', '3x3_2a', '3x3_2b', '3x3dbl_1', '3x3dbl_2', '3x3dbl_3a', '3x3dbl_3b', '_pool'],
  ),
]

function inBlocks(blocks: readonly string[], branches: readonly string[]): string[] {
  return blocks.flatMap((block) => branches.map((branch) => `Mixed_${block}.branch${branch}`))
}

function inceptionLayer(layer: string): string | undefined {
  if (layer === 'fc') return 'predictions'
  const [, unit = '', kind] = /^(.+)\.(conv|bn)$/.exec(layer) ?? []
  const place = INCEPTION_UNITS.indexOf(unit) + 1
  return place === 0 ? undefined : `${kind === 'conv' ? 'conv2d' : 'batch_normalization'}_${place}`
}

function resnetLayer(layer: string): string | undefined {
  if (layer === 'conv1') return 'conv1_conv'
  if (layer === 'bn1') return 'conv1_bn'
  if (layer === 'fc') return 'predictions'
  const [, stage, block, kind, place] = /^layer(\d)\.(\d+)\.(conv|bn|downsample\.)(\d)$/.exec(layer) ?? []
  if (stage === undefined) return undefined
  const part = kind === 'downsample.' ? (place === '0' ? '0_conv' : '0_bn') : `${place}_${kind}`
  return `conv${Number(stage) + 1}_block${Number(block) + 1}_${part}`
}

const DENSE_LAYER: Readonly<Record<string, string>> = { norm1: '0_bn', conv1: '1_conv', norm2: '1_bn', conv2: '2_conv' }

function densenetLayer(layer: string): string | undefined {
  const known: Readonly<Record<string, string>> = {
    'features.conv0': 'conv1/conv',
    'features.norm0': 'conv1/bn',
    'features.norm5': 'bn',
    classifier: 'predictions',
  }
  const dense = /^features\.denseblock(\d)\.denselayer(\d+)\.(\w+)$/.exec(layer)
  if (dense !== null) return `conv${Number(dense[1]) + 1}_block${dense[2]}_${DENSE_LAYER[dense[3] ?? ''] ?? ''}`
  const transition = /^features\.transition(\d)\.(norm|conv)$/.exec(layer)
  if (transition !== null) return `pool${Number(transition[1]) + 1}_${transition[2] === 'norm' ? 'bn' : 'conv'}`
  return known[layer]
}

const keras = (rename: (layer: string) => string | undefined): Naming => ({
  name: 'keras',
  stored(variable) {
    const layer = rename(layerOf(variable))
    return layer === undefined ? undefined : `${layer}/${partOf(variable)}`
  },
})

/** The names of Keras' own nets (keras.applications). */
export const kerasNamings = [mobilenetLayer, inceptionLayer, resnetLayer, densenetLayer].map(keras)
