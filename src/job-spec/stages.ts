import type { ComponentSpec } from './components.ts'
import type { ResolvedSpec, StageSpec } from './schema.ts'

/** A part of a run: the spec as it holds there. */
export interface Stage {
  index: number
  name: string
  /** Fraction of the budget. */
  share: number
  /** Where the stage begins, as a fraction of the budget. */
  start: number
  spec: ResolvedSpec
  /** Whether its schedule runs over its own steps, and not the job's over the whole budget. */
  ownSchedule: boolean
  head: NonNullable<StageSpec['head']>
}

/** The stages of a run; a spec without any is one stage. */
export function stagesOf(spec: ResolvedSpec): Stage[] {
  const { stages = [{ share: 1 }], ...job } = spec
  let start = 0
  return stages.map((stage: StageSpec, index) => {
    const { name = '', share, size, head = 'keep', freeze = head === 'scale' ? 'trunk' : undefined, ...own } = stage
    const begins = start
    start += share
    return {
      index,
      name,
      share,
      start: begins,
      head,
      ownSchedule: own.schedule !== undefined,
      spec: {
        ...job,
        ...own,
        image: { ...job.image, size: size ?? job.image.size },
        model: freeze === undefined ? job.model : { ...job.model, freeze },
      },
    }
  })
}

/** The kinds of averaging of a spec, without `none`. */
export function averagingsOf({ averaging }: Pick<ResolvedSpec, 'averaging'>): ComponentSpec[] {
  return [averaging].flat().filter(({ name }) => name !== 'none')
}

/** The length of a stage in steps, or in seconds where the budget is minutes. */
export type StageLength = { stepsPerEpoch: number } & ({ totalSteps: number } | { seconds: number })

/** The length of a stage whose sampling gives `imagesPerEpoch` images. */
export function stageLength({ start, share, spec }: Stage, imagesPerEpoch: number): StageLength {
  const { budget, batchSize } = spec
  const stepsPerEpoch = Math.floor(imagesPerEpoch / batchSize)
  if ('minutes' in budget) return { stepsPerEpoch, seconds: share * budget.minutes * 60 }
  const steps = 'steps' in budget ? budget.steps : budget.epochs * stepsPerEpoch
  return { stepsPerEpoch, totalSteps: Math.max(1, Math.round((start + share) * steps) - Math.round(start * steps)) }
}
