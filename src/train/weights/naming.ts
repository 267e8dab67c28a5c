import { torchvisionName } from './torchvision.ts'

/** How a source names what the zoo calls `layer/part`; undefined where it has no such tensor. */
export interface Naming {
  name: 'torchvision' | 'torchvision before 0.3' | 'timm' | 'keras'
  stored(variable: string): string | undefined
}

const layerOf = (variable: string): string => variable.slice(0, variable.lastIndexOf('/'))
const partOf = (variable: string): string => variable.slice(variable.lastIndexOf('/') + 1)

const torchvision: Naming = { name: 'torchvision', stored: torchvisionName }

/** Old files of DenseNet have `norm.1` where newer ones have `norm1`. */
const oldTorchvision: Naming = {
  name: 'torchvision before 0.3',
  stored: (variable) => torchvisionName(variable).replace(/(denselayer\d+\.(?:norm|conv))(\d)/, '$1.$2'),
}

/** Repeats of MobileNetV2's stages, which timm numbers by stage and torchvision in one row. */
const MOBILENET_REPEATS = [1, 2, 3, 4, 3, 3, 1]

function mobilenetPlace(index: number): string | undefined {
  let left = index - 1
  for (const [stage, repeats] of MOBILENET_REPEATS.entries()) {
    if (left < repeats) return `blocks.${stage}.${left}`
    left -= repeats
  }
  return undefined
}

const PLAIN_BLOCK: Readonly<Record<string, string>> = {
  '0.0': 'conv_dw',
  '0.1': 'bn1',
  '1': 'conv_pw',
  '2': 'bn2',
}
const EXPANDED_BLOCK: Readonly<Record<string, string>> = {
  '0.0': 'conv_pw',
  '0.1': 'bn1',
  '1.0': 'conv_dw',
  '1.1': 'bn2',
  '2': 'conv_pwl',
  '3': 'bn3',
}
const EFFICIENT_PLAIN: Readonly<Record<string, string>> = {
  '0.0': 'conv_dw',
  '0.1': 'bn1',
  '1.fc1': 'se.conv_reduce',
  '1.fc2': 'se.conv_expand',
  '2.0': 'conv_pw',
  '2.1': 'bn2',
}
const EFFICIENT_EXPANDED: Readonly<Record<string, string>> = {
  '0.0': 'conv_pw',
  '0.1': 'bn1',
  '1.0': 'conv_dw',
  '1.1': 'bn2',
  '2.fc1': 'se.conv_reduce',
  '2.fc2': 'se.conv_expand',
  '3.0': 'conv_pwl',
  '3.1': 'bn3',
}

function timmLayer(layer: string): string | undefined {
  if (layer === 'features.0.0') return 'conv_stem'
  if (layer === 'features.0.1') return 'bn1'
  if (layer === 'classifier.1') return 'classifier'
  const mobile = /^features\.(\d+)\.conv\.(.+)$/.exec(layer)
  if (mobile !== null) {
    const place = mobilenetPlace(Number(mobile[1]))
    const part = (mobile[1] === '1' ? PLAIN_BLOCK : EXPANDED_BLOCK)[mobile[2] ?? '']
    return place === undefined || part === undefined ? undefined : `${place}.${part}`
  }
  const efficient = /^features\.(\d+)\.(\d+)\.block\.(.+)$/.exec(layer)
  if (efficient !== null) {
    const part = (efficient[1] === '1' ? EFFICIENT_PLAIN : EFFICIENT_EXPANDED)[efficient[3] ?? '']
    return part === undefined ? undefined : `blocks.${Number(efficient[1]) - 1}.${efficient[2]}.${part}`
  }
  const head = /^features\.(8|18)\.([01])$/.exec(layer)
  return head === null ? undefined : head[2] === '0' ? 'conv_head' : 'bn2'
}

/** MobileNetV2 and EfficientNet; timm's other nets have torchvision's names. */
const timm: Naming = {
  name: 'timm',
  stored(variable) {
    const layer = timmLayer(layerOf(variable))
    return layer === undefined ? undefined : torchvisionName(`${layer}/${partOf(variable)}`)
  },
}

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

function kerasLayer(layer: string): string | undefined {
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

const kerasInception: Naming = {
  name: 'keras',
  stored(variable) {
    const layer = layerOf(variable)
    if (layer === 'fc') return `predictions/${partOf(variable)}`
    const [, unit = '', kind] = /^(.+)\.(conv|bn)$/.exec(layer) ?? []
    const place = INCEPTION_UNITS.indexOf(unit) + 1
    if (place === 0) return undefined
    return `${kind === 'conv' ? 'conv2d' : 'batch_normalization'}_${place}/${partOf(variable)}`
  },
}

/** Keras' own MobileNetV2. */
const keras: Naming = {
  name: 'keras',
  stored(variable) {
    const layer = kerasLayer(layerOf(variable))
    return layer === undefined ? undefined : `${layer}/${partOf(variable)}`
  },
}

/** The naming under which most of a model's variables are found. */
export function namingOf(variables: Iterable<string>, stored: ReadonlySet<string>): Naming {
  const names = [...variables]
  const hits = (naming: Naming): number => names.filter((variable) => stored.has(naming.stored(variable) ?? '')).length
  return [torchvision, oldTorchvision, timm, keras, kerasInception].reduce((best, naming) =>
    hits(naming) > hits(best) ? naming : best,
  )
}
