import { stackCharts, DEFAULT_WIDTH } from '../plots/chart.ts'
import { lineChart } from '../plots/line-chart.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import { averagingsOf, type Stage, type StageLength } from '../job-spec/stages.ts'
import { ratesAlong, totalLength } from '../train/run/position.ts'
import { averagings } from '../zoo/averaging/registry.ts'

const HEIGHT = 320
/** More points than pixels show nothing more. */
const MAX_POINTS = 2000
/** Steps that stand for a budget of time. */
const TIMED_STEPS = 1000

type Point = [number, number]

/** Where a budget is time, the same spec with a number of steps, so that it can be drawn. */
export const inSteps = (spec: ResolvedSpec): ResolvedSpec =>
  'minutes' in spec.budget ? { ...spec, budget: { steps: TIMED_STEPS } } : spec

/**
 * Learning rate over the steps of a run as SVG, and momentum where the schedule moves it, with stages, evaluations and the snapshots of
 * averaging. Budgets are in steps or epochs (`inSteps`).
 */
export function plotSpec(spec: ResolvedSpec, stages: readonly { stage: Stage; length: StageLength }[]): string {
  const whole = totalLength(stages.map(({ length }) => length))
  const totalSteps = 'totalSteps' in whole ? whole.totalSteps : 0
  const stride = Math.ceil(totalSteps / MAX_POINTS)
  const rates: Point[] = []
  const momenta: Point[] = []
  const evaluations: number[] = []
  const spans: { from: number; to: number; name: string }[] = []
  let begins = 0
  for (const { stage, length } of stages) {
    const steps = 'totalSteps' in length ? length.totalSteps : 0
    const ratesAt = ratesAlong(spec, stage, length, whole)
    for (let stageStep = 0; stageStep < steps; stageStep++) {
      const step = begins + stageStep
      const ends = stageStep + 1 === steps
      if ((stageStep + 1) % length.stepsPerEpoch === 0 || ends) evaluations.push(step + 1)
      if (step % stride !== 0 && !ends) continue
      const { learningRate, momentum } = ratesAt({ step, stageStep, seconds: 0, stage: stage.index, epochsBefore: 0 })
      rates.push([step, learningRate])
      if (momentum !== undefined) momenta.push([step, momentum])
    }
    const name = stage.name === '' ? `stage ${stage.index + 1}` : stage.name
    if (stages.length > 1) spans.push({ from: begins, to: begins + steps, name })
    begins += steps
  }
  const frame = { width: DEFAULT_WIDTH, height: HEIGHT, spans }
  const x = { label: 'optimiser step', domain: [0, totalSteps] as const }
  const learningRate = lineChart({
    ...frame,
    x,
    title: spec.name === '' ? 'Schedule' : spec.name,
    y: { label: 'learning rate' },
    series: [{ name: spec.schedule.name, points: rates }],
    events: [
      ...evaluations.map((at) => ({ x: at, name: 'evaluation' })),
      ...snapshots(spec, totalSteps, stages[0]?.length.stepsPerEpoch ?? 1),
    ],
  })
  if (momenta.length === 0) return learningRate
  const momentum = lineChart({ ...frame, x, y: { label: 'momentum' }, series: [{ name: 'momentum', points: momenta }] })
  return stackCharts([learningRate, momentum], { width: DEFAULT_WIDTH, heights: [HEIGHT, HEIGHT] })
}

/** Steps after which weights enter an average; one that takes every step's is left out. */
function snapshots(spec: ResolvedSpec, totalSteps: number, stepsPerEpoch: number): { x: number; name: string }[] {
  return averagingsOf(spec).flatMap(({ name, ...options }) => {
    const weightAt = averagings.find((one) => one.name === name)?.create(options, { totalSteps, stepsPerEpoch })
    const taken = Array.from({ length: totalSteps }, (_, i) => i + 1).filter((step) => (weightAt?.(step) ?? 0) > 0)
    return taken.length === totalSteps ? [] : taken.map((x) => ({ x, name: `${name} snapshot` }))
  })
}
