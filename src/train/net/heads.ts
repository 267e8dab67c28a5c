import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { ModelContext, Reach } from '../../zoo/define.ts'
import { AppError } from '../../errors.ts'
import { apply } from '../../zoo/models/blocks.ts'
import { classScale } from '../../zoo/models/class-scale.ts'
import { cosineClassifier } from '../../zoo/models/cosine-head.ts'
import { MEMORY_SUFFIX, metaEmbedding } from '../../zoo/models/meta-embedding.ts'
import { modulatedAttention } from '../../zoo/models/modulated-attention.ts'

/** The classifier after the features, where it is not a plain dense layer. */
export type Head =
  /** Cosines times `scale`. */
  | { kind: 'cosine'; scale: number }
  /** The same with lengths, after a memory of class centroids, and optionally after attention over the last maps. */
  | { kind: 'meta-embedding'; scale: number; reach: Reach; attention: boolean }
  /** A dense layer that is frozen, with a factor a class that trains. */
  | { kind: 'scaled' }

/** A model with its head. */
export interface HeadedModel {
  model: LayersModel
  /** Name of the layer whose kernel and bias make the logits. */
  classifier: string
  /** Name of the layer that keeps class centroids. */
  centroidLayer?: string
  /** The head's layers, after the trunk. */
  layers: ReadonlySet<string>
  /** Those of them that do not train. */
  frozen: ReadonlySet<string>
}

/** The model with a head in place of its dense one; an auxiliary head does not go with it. */
export function withHead(model: LayersModel, head: Head | undefined, context: ModelContext): HeadedModel {
  const dense = model.outputs[0]!.sourceLayer
  if (head === undefined) return { model, classifier: dense.name, layers: new Set([dense.name]), frozen: new Set() }
  const features = dense.input as SymbolicTensor
  if (head.kind === 'meta-embedding') return withMemory(model, features, { head, classifier: dense.name, context })
  const [logits, frozen] =
    head.kind === 'cosine'
      ? [cosineClassifier(context, features, { name: dense.name, scale: head.scale }), []]
      : [classScale(context, dense.output as SymbolicTensor, dense.name), [dense.name]]
  return {
    model: context.tf.model({ inputs: model.inputs, outputs: logits, name: model.name }),
    classifier: dense.name,
    layers: new Set([dense.name, logits.sourceLayer.name]),
    frozen: new Set(frozen),
  }
}

type MemoryHead = Extract<Head, { kind: 'meta-embedding' }>

function withMemory(
  model: LayersModel,
  features: SymbolicTensor,
  {
    head: { scale, reach, attention },
    classifier,
    context,
  }: { head: MemoryHead; classifier: string; context: ModelContext },
): HeadedModel {
  const [centroidLayer, attentionLayer] = [`${classifier}${MEMORY_SUFFIX}`, `${classifier}.attention`]
  const read = attention ? attended(features, attentionLayer, context) : features
  const embedded = metaEmbedding(context, read, { name: centroidLayer, reach })
  const logits = cosineClassifier(context, embedded, { name: classifier, scale, normAware: true })
  return {
    classifier,
    centroidLayer,
    frozen: new Set(),
    model: context.tf.model({ inputs: model.inputs, outputs: logits, name: model.name }),
    layers: new Set([classifier, centroidLayer, ...(attention ? [attentionLayer] : [])]),
  }
}

/** The pooled features with attention over the maps that are pooled. */
function attended(features: SymbolicTensor, name: string, context: ModelContext): SymbolicTensor {
  const { tf } = context
  const layer = features.sourceLayer
  const from = layer.input as SymbolicTensor
  if (layer.getClassName() === 'GlobalAveragePooling2D')
    return apply(tf.layers.globalAveragePooling2d({ name: layer.name }), modulatedAttention(context, from, name))
  if (layer.getClassName() === 'Dropout')
    return apply(tf.layers.dropout(layer.getConfig() as unknown as { rate: number }), attended(from, name, context))
  throw new AppError('internal', `Attention needs maps that are pooled; before the classifier is ${layer.name}.`)
}

/** Whether a classifier can be carried over from another stage; `scaled` is dense with factors that start at 1. */
export function sharesClassifier(before: Head | undefined, head: Head | undefined): boolean {
  const family = (of: Head | undefined): string => {
    if (of === undefined || of.kind === 'scaled') return 'dense'
    return of.kind === 'meta-embedding' ? `${of.kind} ${of.attention}` : of.kind
  }
  return family(before) === family(head)
}
