import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { ScheduleBudget } from '../../zoo/define.ts'
import { schedules } from '../../zoo/schedules/registry.ts'
import { lookUp } from '../../zoo/look-up.ts'

/** What a schedule says of a step. */
export interface Rates {
  learningRate: number
  /** Undefined where the optimiser keeps its own. */
  momentum: number | undefined
}

/** The learning rate at each step, and the momentum where the schedule moves it. */
export function scheduleOf(spec: Pick<ResolvedSpec, 'schedule'>, budget: ScheduleBudget): (step: number) => Rates {
  const { name, ...options } = spec.schedule
  const component = lookUp(schedules, name)
  const rate = component.create(options, budget)
  const momentum = component.momentum?.(options, budget)
  return (step) => ({ learningRate: rate(step), momentum: momentum?.(step) })
}
