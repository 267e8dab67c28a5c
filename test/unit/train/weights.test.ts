import { describe, expect, it } from 'vitest'
import { loadTfjs } from '../../../src/engine/load.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { parseLayersModel, readLayersModel } from '../../../src/train/weights/layers-model.ts'
import { namingOf } from '../../../src/train/weights/naming.ts'
import { floats, readSafetensors, writeSafetensors } from '../../../src/train/weights/safetensors.ts'
import { torchvisionName } from '../../../src/train/weights/torchvision.ts'
import { models } from '../../../src/zoo/models/registry.ts'

function variablesOf(name: string): string[] {
  const options = { ...parseSpec({ model: name }).model }
  const tf = loadTfjs()
  tf.enableProdMode()
  const model = models
    .find((candidate) => candidate.name === name)!
    .build(options, { tf, image: { height: 64, width: 64, channels: 3 }, classes: 2, nextSeed: () => 1 })
  return model.weights.map(({ originalName }) => originalName)
}

describe('names of weights', () => {
  it('of timm’s MobileNetV2 and EfficientNet are all known, each once', () => {
    for (const [name, some] of [
      [
        'mobilenet_v2',
        [
          'conv_stem.weight',
          'blocks.0.0.conv_dw.weight',
          'blocks.0.0.bn2.running_var',
          'blocks.1.0.conv_pw.weight',
          'blocks.6.0.conv_pwl.weight',
          'blocks.6.0.bn3.bias',
          'conv_head.weight',
          'bn2.weight',
          'classifier.bias',
        ],
      ],
      [
        'efficientnet_b0',
        [
          'blocks.0.0.se.conv_reduce.bias',
          'blocks.0.0.conv_pw.weight',
          'blocks.4.2.se.conv_expand.weight',
          'blocks.6.0.bn3.running_mean',
          'conv_head.weight',
        ],
      ],
    ] as const) {
      const variables = variablesOf(name)
      const naming = namingOf(variables, new Set(some))
      expect(naming.name).toBe('timm')
      const stored = variables.map((variable) => naming.stored(variable))
      expect(stored).not.toContain(undefined)
      expect(new Set(stored).size).toBe(variables.length)
      for (const expected of some) expect(stored).toContain(expected)
    }
  })

  it('of Keras’ MobileNetV2 are all known', () => {
    const variables = variablesOf('mobilenet_v2')
    const naming = namingOf(variables, new Set(['Conv1/kernel', 'bn_Conv1/gamma', 'block_16_project_BN/beta']))
    expect(naming.name).toBe('keras')
    const stored = variables.map((variable) => naming.stored(variable))
    expect(new Set(stored).size).toBe(variables.length)
    expect(stored).toContain('expanded_conv_depthwise/depthwise_kernel')
    expect(stored).toContain('block_16_project_BN/beta')
  })

  it('of torchvision are the layers’ own; old files have a dot more', () => {
    const variables = variablesOf('densenet121')
    expect(namingOf(variables, new Set(variables.map(torchvisionName))).name).toBe('torchvision')
    const old = namingOf(variables, new Set(['features.denseblock1.denselayer1.norm.1.weight']))
    expect(old.stored('features.denseblock1.denselayer2.conv1/kernel')).toBe(
      'features.denseblock1.denselayer2.conv.1.weight',
    )
  })
})

describe('a layers-model', () => {
  const shard = Buffer.concat([
    Buffer.from(new Float32Array([1, -2]).buffer),
    Buffer.from([0, 255]),
    Buffer.from([0, 60, 0, 192]),
  ])
  const manifest = (weights: object[]): string => JSON.stringify({ weightsManifest: [{ paths: ['a', 'b'], weights }] })
  const read = (path: string): Promise<Uint8Array> =>
    Promise.resolve(path === 'a' ? shard.subarray(0, 5) : shard.subarray(5))
  const weights = [
    { name: 'x', shape: [2], dtype: 'float32' },
    { name: 'y', shape: [2, 1], dtype: 'float32', quantization: { dtype: 'uint8', min: -1, scale: 0.5 } },
    { name: 'z', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
  ]

  it('is read from its shards, quantised weights too', async () => {
    const tensors = await readLayersModel(parseLayersModel(manifest(weights), 'test'), read)
    expect([...tensors].map(([name, tensor]) => [name, tensor.shape, [...floats(tensor)]])).toEqual([
      ['x', [2], [1, -2]],
      ['y', [2, 1], [-1, 126.5]],
      ['z', [2], [1, -2]],
    ])
  })

  it('whose shards do not fit is refused', async () => {
    const long = [...weights, { name: 'more', shape: [9], dtype: 'float32' }]
    await expect(readLayersModel(parseLayersModel(manifest(long), 'test'), read)).rejects.toThrow('fewer bytes than')
    await expect(readLayersModel(parseLayersModel(manifest(weights.slice(0, 2)), 'test'), read)).rejects.toThrow(
      'than the 10',
    )
    expect(() => parseLayersModel('{"format":"graph-model"}', 'test')).toThrow('graph-model')
    expect(() => parseLayersModel('not json', 'test')).toThrow('neither safetensors nor')
  })
})

describe('safetensors', () => {
  it('of half precision are read as float32', () => {
    const file = writeSafetensors({
      metadata: {},
      tensors: new Map([
        [
          'half',
          { dtype: 'F16', shape: [4], data: new Uint8Array(new Uint16Array([0x3c00, 0xc000, 1, 0x7c00]).buffer) },
        ],
        ['brain', { dtype: 'BF16', shape: [2], data: new Uint8Array(new Uint16Array([0x3f80, 0xc000]).buffer) }],
      ]),
    })
    const { tensors } = readSafetensors(file, 'test')
    expect([...floats(tensors.get('half')!)]).toEqual([1, -2, 2 ** -24, Infinity])
    expect([...floats(tensors.get('brain')!)]).toEqual([1, -2])
  })
})
