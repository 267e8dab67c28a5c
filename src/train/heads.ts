import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { ModelContext } from '../zoo/define.ts'
import { classScale } from '../zoo/models/class-scale.ts'
import { cosineClassifier } from '../zoo/models/cosine-head.ts'

/** The classifier behind the features, where it is not a plain dense layer. */
export type Head =
  /** Cosines times `scale`. */
  | { kind: 'cosine'; scale: number }
  /** A dense layer that is frozen, with a factor a class that trains. */
  | { kind: 'scaled' }

/** A model with its head. */
export interface HeadedModel {
  model: LayersModel
  /** Name of the layer whose kernel and bias make the logits. */
  classifier: string
  /** The head's layers, behind the trunk. */
  layers: ReadonlySet<string>
  /** Those of them that do not train. */
  frozen: ReadonlySet<string>
}

/** The model with a head in place of its dense one; an auxiliary head does not go with it. */
export function withHead(model: LayersModel, head: Head | undefined, context: ModelContext): HeadedModel {
  const dense = model.outputs[0]!.sourceLayer
  if (head === undefined) return { model, classifier: dense.name, layers: new Set([dense.name]), frozen: new Set() }
  const [logits, frozen] =
    head.kind === 'cosine'
      ? [cosineClassifier(context, dense.input as SymbolicTensor, { name: dense.name, scale: head.scale }), []]
      : [classScale(context, dense.output as SymbolicTensor, dense.name), [dense.name]]
  return {
    model: context.tf.model({ inputs: model.inputs, outputs: logits, name: model.name }),
    classifier: dense.name,
    layers: new Set([dense.name, logits.sourceLayer.name]),
    frozen: new Set(frozen),
  }
}

/** Whether a classifier goes on from one of another stage; `scaled` is dense with factors that start at 1. */
export function continues(before: Head | undefined, head: Head | undefined): boolean {
  const family = (of: Head | undefined): string => (of === undefined || of.kind === 'scaled' ? 'dense' : of.kind)
  return family(before) === family(head)
}
