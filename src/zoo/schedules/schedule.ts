import Type, { type Static, type TObject, type TProperties } from 'typebox'
import type { ScheduleBudget, ScheduleComponent } from '../define.ts'

const shared = {
  learningRate: Type.Number({
    default: 0.1,
    exclusiveMinimum: 0,
    maximum: 100,
    description: 'Peak learning rate; by default it follows from optimiser and batch size.',
  }),
  warmupEpochs: Type.Number({
    default: 0,
    minimum: 0,
    maximum: 10_000,
    description: 'Linear warm-up, epochs.',
  }),
}

/** What schedules that may move the momentum take too. */
export const momentumOptions = {
  cycleMomentum: Type.Boolean({
    default: false,
    description: 'Cycle the optimiser’s momentum (Adam’s β₁) inversely to the learning rate.',
  }),
  lowMomentum: Type.Number({
    default: 0.85,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Momentum at the highest learning rate.',
  }),
  highMomentum: Type.Number({
    default: 0.95,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Momentum at the lowest learning rate.',
  }),
}

type Values<P extends TProperties> = Static<TObject<P>>
type Curve<P extends TProperties> = (
  options: Values<P> & { learningRate: number },
  budget: ScheduleBudget,
) => (step: number) => number

interface Schedule<P extends TProperties> extends Pick<ScheduleComponent, 'name' | 'summary'> {
  properties: P
  /** The learning rate, before its warmup. */
  rate: Curve<P>
  momentum?: (options: Values<P>, budget: ScheduleBudget) => ((step: number) => number) | undefined
}

/** A schedule from its curve, with the shared warmup: rate·(step + 1)/warmupSteps while warming up. */
export function schedule<P extends TProperties>({
  properties,
  rate,
  momentum,
  ...told
}: Schedule<P>): ScheduleComponent {
  return {
    ...told,
    options: Type.Object({ ...shared, ...properties }),
    create(given, budget) {
      const values = given as unknown as Values<P> & { learningRate: number; warmupEpochs: number }
      const curve = rate(values, budget)
      const warmup = Math.round(values.warmupEpochs * budget.stepsPerEpoch)
      return (step) => (step < warmup ? (curve(step) * (step + 1)) / warmup : curve(step))
    },
    ...(momentum === undefined ? {} : { momentum: (given, budget) => momentum(given as unknown as Values<P>, budget) }),
  }
}
