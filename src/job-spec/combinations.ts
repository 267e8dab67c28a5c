import type { ErrorDetail } from '../errors.ts'
import { rngFor } from '../zoo/rng.ts'
import { samplers } from '../zoo/sampling/registry.ts'
import { BALANCING_SAMPLERS, balancesClasses, lossBalances } from './balancing.ts'
import type { DatasetStatistics } from './defaults.ts'
import type { ResolvedSpec } from './schema.ts'
import { takesViews } from './views.ts'
import { averagingsOf, stagesOf, type Stage } from './stages.ts'
import { lookUp } from '../zoo/look-up.ts'

/** What does not go together in a spec: errors refuse it, warnings are told. */
export interface Findings {
  errors: ErrorDetail[]
  warnings: ErrorDetail[]
}

type Rule = (stage: Stage) => { error?: ErrorDetail; warning?: ErrorDetail } | undefined

const POLICIES = ['auto-augment', 'rand-augment', 'trivial-augment', 'aug-mix']

const has = ({ spec }: Stage, name: string): boolean => spec.augment.some((augment) => augment.name === name)

const RULES: readonly Rule[] = [
  (stage) =>
    takesViews(stage.spec.loss) && stage.spec.mix.name !== 'none'
      ? {
          error: {
            pointer: '/mix',
            detail: `must be none with the loss ${stage.spec.loss.name}: its views are of one image, and ${stage.spec.mix.name} mixes two`,
          },
        }
      : undefined,
  (stage) =>
    BALANCING_SAMPLERS.has(stage.spec.sampling.name) && lossBalances(stage.spec.loss)
      ? {
          warning: {
            pointer: '/sampling',
            detail: `${stage.spec.sampling.name} balances the classes, and the loss ${stage.spec.loss.name} does it again: rare classes count twice`,
          },
        }
      : undefined,
  (stage) => {
    const several = POLICIES.filter((name) => has(stage, name))
    return several.length > 1
      ? {
          warning: {
            pointer: '/augment',
            detail: `${several.join(' and ')} each change the whole image: usually only one is used`,
          },
        }
      : undefined
  },
  ({ spec: { model }, index }) =>
    model['freeze'] === 'trunk' && model['pretrained'] === 'none' && index === 0
      ? { warning: { pointer: '/model/freeze', detail: 'trains a head on a randomly initialised trunk' } }
      : undefined,
  ({ index, head }) =>
    index === 0 && head === 'reset'
      ? { warning: { pointer: '/stages/0/head', detail: 'has no effect: the head of the first stage is new anyway' } }
      : undefined,
]

/** An epoch that sampling leaves must hold a batch. */
function epochOf(
  { spec: { sampling, batchSize } }: Stage,
  { classCounts, classes }: DatasetStatistics,
): ErrorDetail | undefined {
  const { name, ...options } = sampling
  if (name === 'natural') return undefined
  const labels = Int32Array.from(
    classCounts.train.flatMap((count, label) => Array.from({ length: count }, () => label)),
  )
  const images = lookUp(samplers, name).create(options, { labels, classes: classes.length })(
    { index: 0, total: 1 },
    rngFor(0),
  ).length
  return images < batchSize
    ? { pointer: '/batchSize', detail: `must be at most ${images}: an epoch of sampling ${name} has no more images` }
    : undefined
}

function averagingWarning(spec: ResolvedSpec): ErrorDetail[] {
  const falls = ['linear', 'cosine', 'one-cycle'].includes(spec.schedule.name)
  return averagingsOf(spec).some(({ name }) => name === 'swa') && falls
    ? [
        {
          pointer: '/averaging',
          detail: `swa averages weights that still move, and the schedule ${spec.schedule.name} decays to a standstill; use constant or cyclic`,
        },
      ]
    : []
}

/** Adjusting logits for the classes' sizes supposes that training followed them. */
function adjustmentWarning(spec: ResolvedSpec): ErrorDetail[] {
  const last = stagesOf(spec).at(-1)
  if (spec.adjustment.name !== 'logit-adjustment' || last === undefined) return []
  const { sampling, loss } = last.spec
  const by = BALANCING_SAMPLERS.has(sampling.name) ? `sampling ${sampling.name}` : `the loss ${loss.name}`
  return balancesClasses(last.spec)
    ? [
        {
          pointer: '/adjustment',
          detail: `corrects for the class sizes, and ${by} already does: rare classes count twice`,
        },
      ]
    : []
}

/** Looks for what does not go together, stage by stage. */
export function findings(spec: ResolvedSpec, facts: DatasetStatistics): Findings {
  const errors: ErrorDetail[] = []
  const warnings: ErrorDetail[] = [...averagingWarning(spec), ...adjustmentWarning(spec)]
  for (const stage of stagesOf(spec)) {
    const at = ({ pointer, detail }: ErrorDetail): ErrorDetail => ({
      pointer: placeIn(spec, stage, pointer),
      detail,
    })
    const epoch = epochOf(stage, facts)
    if (epoch !== undefined) errors.push(at(epoch))
    for (const rule of RULES) {
      const found = rule(stage)
      if (found?.error !== undefined) errors.push(at(found.error))
      if (found?.warning !== undefined) warnings.push(at(found.warning))
    }
  }
  return { errors: unique(errors), warnings: unique(warnings) }
}

/** A field's place: in the stage where it is set there, else in the job. */
function placeIn(spec: ResolvedSpec, { index }: Stage, pointer: string): string {
  const field = pointer.split('/')[1] ?? ''
  const own = spec.stages?.[index]
  if (own !== undefined && field === 'model' && own.freeze !== undefined) return `/stages/${index}/freeze`
  return own !== undefined && field in own ? `/stages/${index}${pointer}` : pointer
}

function unique(details: readonly ErrorDetail[]): ErrorDetail[] {
  return [...new Map(details.map((detail) => [`${detail.pointer} ${detail.detail}`, detail])).values()]
}
