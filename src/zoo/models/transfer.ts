import Type, { type Static } from 'typebox'

/** Where weights to start from come from. */
export const Pretrained = Type.Union(
  [
    Type.Literal('none'),
    Type.Literal('imagenet'),
    Type.Object(
      {
        url: Type.String({ pattern: '^https?://', maxLength: 2000 }),
        sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 })),
      },
      { additionalProperties: false },
    ),
    Type.Object({ file: Type.String({ minLength: 1, maxLength: 4000 }) }, { additionalProperties: false }),
    Type.Object({ checkpoint: Type.String({ minLength: 1, maxLength: 4000 }) }, { additionalProperties: false }),
  ],
  {
    default: 'none',
    description:
      'Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.',
  },
)
export type Pretrained = Static<typeof Pretrained>

type BatchNorm = 'auto' | 'train' | 'frozen' | 'adapt'

/** What every architecture takes in addition to its own options. */
export const TRANSFER_FIELDS = {
  pretrained: Pretrained,
  freeze: Type.String({
    default: 'none',
    maxLength: 200,
    description: 'none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.',
  }),
  batchNorm: Type.Union(
    ['auto', 'train', 'frozen', 'adapt'].map((name) => Type.Literal(name as BatchNorm)),
    {
      default: 'auto',
      description:
        'Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.',
    },
  ),
  layerDecay: Type.Number({
    default: 1,
    exclusiveMinimum: 0,
    maximum: 1,
    description:
      'Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.',
  }),
  headRate: Type.Number({
    default: 1,
    exclusiveMinimum: 0,
    maximum: 1000,
    description: 'Learning-rate multiplier of the head.',
  }),
  tap: Type.String({
    default: '',
    maxLength: 200,
    description: 'Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.',
  }),
}

type Transfer = { [Field in keyof typeof TRANSFER_FIELDS]: Static<(typeof TRANSFER_FIELDS)[Field]> }

const DEFAULTS = Object.fromEntries(
  Object.entries(TRANSFER_FIELDS).map(([field, schema]) => [field, (schema as { default?: unknown }).default]),
) as Transfer

/** The transfer fields of a model's spec, also of one that was written before they were there. */
export function transferOf(model: Readonly<Record<string, unknown>>): Transfer {
  return { ...DEFAULTS, ...(model as Partial<Transfer>) }
}

/** Weights on the Hugging Face hub, by architecture: timm's own training where there is one, else torchvision's. */
const HUB: Readonly<Record<string, string>> = {
  resnet18: 'timm/resnet18.a1_in1k',
  resnet34: 'timm/resnet34.a1_in1k',
  resnet50: 'timm/resnet50.a1_in1k',
  resnet101: 'timm/resnet101.a1h_in1k',
  resnet152: 'timm/resnet152.a1h_in1k',
  densenet121: 'timm/densenet121.tv_in1k',
  densenet161: 'timm/densenet161.tv_in1k',
  densenet169: 'timm/densenet169.tv_in1k',
  densenet201: 'timm/densenet201.tv_in1k',
  efficientnet_b0: 'timm/efficientnet_b0.ra_in1k',
  efficientnet_b1: 'timm/efficientnet_b1.ft_in1k',
  efficientnet_b2: 'timm/efficientnet_b2.ra_in1k',
  efficientnet_b3: 'timm/efficientnet_b3.ra2_in1k',
  efficientnet_b4: 'timm/efficientnet_b4.ra2_in1k',
  efficientnet_b5: 'timm/tf_efficientnet_b5.ra_in1k',
  efficientnet_b6: 'timm/tf_efficientnet_b6.aa_in1k',
  efficientnet_b7: 'timm/tf_efficientnet_b7.ra_in1k',
  inception_v3: 'timm/inception_v3.tv_in1k',
  mobilenet_v2: 'timm/mobilenetv2_100.ra_in1k',
}

/** The hub's repository with an architecture's ImageNet weights. */
export const imagenetSource = (model: string): string | undefined => HUB[model]

export const modelsWithImagenet = (): string[] => Object.keys(HUB)
