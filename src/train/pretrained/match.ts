import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../../errors.ts'
import { namingOf } from '../weights/naming.ts'
import { floats } from '../weights/safetensors.ts'
import { fromTorchLayout } from '../weights/torchvision.ts'
import type { PretrainedWeights } from './sources.ts'

export interface Matched {
  values: Map<string, Float32Array>
  /** Variables of the head, which are re-initialised. */
  fresh: string[]
}

/**
 * Finds a value for every variable. A head of another size is re-initialised.
 * @param partial whether the model is cut after a block, so that the file may hold more.
 * @throws AppError `weights_invalid` that lists every name that is missing, of another shape, or not part of the model.
 */
export function matchWeights(
  variables: ReadonlyMap<string, readonly number[]>,
  { tensors, layout, source }: Pick<PretrainedWeights, 'tensors' | 'layout' | 'source'>,
  { head, partial }: { head: ReadonlySet<string>; partial: boolean },
): Matched {
  const naming = namingOf(variables.keys(), new Set(tensors.keys()))
  const storedName = (variable: string): string => (layout === 'own' ? variable : (naming.stored(variable) ?? variable))
  const values = new Map<string, Float32Array>()
  const fresh: string[] = []
  const problems: string[] = []
  const used = new Set<string>()
  for (const [variable, shape] of variables) {
    const name = storedName(variable)
    const stored = tensors.get(name)
    used.add(name)
    const converted =
      stored === undefined
        ? undefined
        : layout === 'torch'
          ? fromTorchLayout(variable, stored)
          : { shape: stored.shape, values: floats(stored) }
    if (converted !== undefined && isDeepStrictEqual(converted.shape, shape)) values.set(variable, converted.values)
    // Keras may leave γ out of a batch norm that a rectifier follows.
    else if (stored === undefined && layout === 'tfjs' && variable.endsWith('/gamma') && tensors.has(betaOf(name)))
      values.set(variable, new Float32Array(shape[0] ?? 0).fill(1))
    else if (head.has(variable)) fresh.push(variable)
    else if (stored === undefined) problems.push(`${name} is missing`)
    else problems.push(`${name} has shape [${stored.shape.join(', ')}], which does not give [${shape.join(', ')}]`)
  }
  if (!partial)
    for (const name of tensors.keys())
      if (!used.has(name) && !isSpare(name)) problems.push(`${name} is not part of the model`)
  if (problems.length > 0)
    throw new AppError('weights_invalid', `The weights ${source.name} do not fit the model: ${problems.join('; ')}.`)
  return { values, fresh }
}

const betaOf = (gamma: string): string => gamma.replace(/gamma$/, 'beta')

/** Counters of torch, heads under other names, and the auxiliary head, which a model may leave out. */
const isSpare = (name: string): boolean =>
  /num_batches_tracked$|^(dense|predictions|fc|classifier|head)[._/\d]|^AuxLogits[._/]/.test(name)
