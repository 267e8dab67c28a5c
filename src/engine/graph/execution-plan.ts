import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../../errors.ts'
import type { ForwardOptions } from './compiled-graph.ts'
import type { Step, Values } from './step.ts'

/** The steps that some outputs need, and the tensors that no later one reads. */
export interface ExecutionPlan {
  ordered: Step[]
  last: Map<Step, number[]>
}

/** Orders steps so that every input is made first; a fused step waits for its residual. */
export function schedule(steps: readonly Step[], inputId: number): Step[] {
  const made = new Set([inputId])
  const ordered: Step[] = []
  let waiting = [...steps]
  while (waiting.length > 0) {
    const next = waiting.findIndex((step) => step.inputs.every((id) => made.has(id)))
    const step = waiting[next]
    if (step === undefined) throw new AppError('internal', 'The model has a cycle or a missing input.')
    ordered.push(step)
    made.add(step.output)
    waiting = waiting.filter((other) => other !== step)
  }
  return ordered
}

/** The steps of `steps`, in order, that `outputIds` need. */
export function planFor(steps: readonly Step[], outputIds: readonly number[]): ExecutionPlan {
  const needed = new Set(outputIds)
  const seen = new Set(outputIds)
  const ordered: Step[] = []
  const last = new Map<Step, number[]>()
  for (const step of [...steps].reverse()) {
    if (!needed.has(step.output)) continue
    ordered.unshift(step)
    last.set(
      step,
      [...new Set(step.inputs)].filter((id) => !seen.has(id)),
    )
    for (const id of step.inputs) {
      seen.add(id)
      needed.add(id)
    }
  }
  return { ordered, last }
}

/** Runs a plan from one tensor; in inference, every other tensor is disposed once nothing reads it any more. */
export function execute(
  { ordered, last }: ExecutionPlan,
  [inputId, input]: readonly [id: number, tensor: tfc.Tensor],
  options: ForwardOptions,
): Values {
  const values: Values = new Map([[inputId, input]])
  for (const step of ordered) {
    values.set(step.output, step.run(values, options))
    if (options.training) continue
    for (const id of last.get(step) ?? []) {
      if (id !== inputId) values.get(id)?.dispose()
      values.delete(id)
    }
  }
  return values
}
