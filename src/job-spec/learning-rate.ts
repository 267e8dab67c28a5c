import type { ComponentSpec } from './components.ts'
import type { ScheduleSpec } from './schema.ts'

/** Parsing writes the schema's default in, so that only the input says whether the rate was asked for. */
export function statesLearningRate(input: unknown): boolean {
  const { schedule } = input as { schedule?: unknown }
  return typeof schedule === 'object' && schedule !== null && 'learningRate' in schedule
}

export function withLearningRate(schedule: ComponentSpec, stated: boolean, fallback: () => number): ScheduleSpec {
  return { ...schedule, learningRate: stated ? Number(schedule['learningRate']) : fallback() }
}
