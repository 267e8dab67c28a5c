import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Tf } from '../../engine/tfjs.js'
import type { ModelComponent } from '../../zoo/define.ts'

export interface LayerSummary {
  name: string
  kind: string
  /** Of the output, without the batch: [height, width, channels] or [features]. */
  shape: number[]
  /** Weights that training moves; batch-norm statistics are not among them. */
  parameters: number
  /** Multiplications with an addition, an image: what the field's tables call FLOPs. */
  multiplyAdds: number
}

export interface ModelSummary {
  name: string
  image: { size: number; channels: number }
  classes: number
  layers: LayerSummary[]
  parameters: number
  multiplyAdds: number
}

export interface SummaryShape {
  size: number
  channels: number
  classes: number
}

/**
 * The layers of a model with their shapes, parameters and work. No weight is allocated.
 * @throws AppError `image_size_unsupported`
 */
export function summarize(
  tf: Tf,
  component: ModelComponent,
  options: Record<string, unknown>,
  { size, channels, classes }: SummaryShape,
): ModelSummary {
  const model = component.build(options, {
    tf: withoutValues(tf),
    image: { height: size, width: size, channels },
    classes,
    nextSeed: () => 0,
  })
  const layers = model.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer')
    .map((layer): LayerSummary => {
      const shape = (layer.outputShape as number[]).slice(1)
      return {
        name: layer.name,
        kind: layer.getClassName(),
        shape,
        parameters: layer.trainableWeights.reduce((sum, { shape: sides }) => sum + sizeOf(sides), 0),
        multiplyAdds: multiplyAdds(layer, shape),
      }
    })
  model.dispose()
  const total = (key: 'parameters' | 'multiplyAdds'): number => layers.reduce((sum, layer) => sum + layer[key], 0)
  return {
    name: component.name,
    image: { size, channels },
    classes,
    layers,
    parameters: total('parameters'),
    multiplyAdds: total('multiplyAdds'),
  }
}

const sizeOf = (shape: readonly (number | null)[]): number =>
  shape.reduce<number>((product, side) => product * (side ?? 1), 1)

function multiplyAdds(layer: LayersModel['layers'][number], shape: readonly number[]): number {
  const kernel = layer.weights.find(({ originalName }) => /\/(depthwise_)?kernel$/.test(originalName))
  if (kernel === undefined) return 0
  return sizeOf(kernel.shape) * (shape.length === 3 ? (shape[0] ?? 1) * (shape[1] ?? 1) : 1)
}

/** tfjs whose random initialisers give tensors that have a shape and no memory. */
function withoutValues(tf: Tf): Tf {
  const empty = (): unknown =>
    Object.assign(tf.initializers.zeros(), {
      apply: (shape: number[]): Tensor =>
        tf.engine().makeTensorFromTensorInfo({
          dataId: tf.engine().backend.write(null as never, shape, 'float32'),
          shape,
          dtype: 'float32',
        }),
    })
  return { ...tf, initializers: { ...tf.initializers, randomNormal: empty, randomUniform: empty } } as Tf
}
