import { kerasNamings } from './keras-naming.ts'
import { torchvisionName } from './torchvision.ts'
import { layerOf, partOf, type Naming } from './variable-name.ts'

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

/** The naming under which most of a model's variables are found. */
export function namingOf(variables: Iterable<string>, stored: ReadonlySet<string>): Naming {
  const names = [...variables]
  const hits = (naming: Naming): number => names.filter((variable) => stored.has(naming.stored(variable) ?? '')).length
  return [torchvision, oldTorchvision, timm, ...kerasNamings].reduce((best, naming) =>
    hits(naming) > hits(best) ? naming : best,
  )
}
