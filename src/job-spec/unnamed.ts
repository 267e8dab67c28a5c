import type { ComponentField } from './components.ts'

/** Fields whose component may be given by its options alone: the default's name and other options stay. */
export const UNNAMED_FIELDS = ['model', 'mix', 'loss', 'optimizer', 'schedule'] as const satisfies ComponentField[]
type UnnamedField = (typeof UNNAMED_FIELDS)[number]

type Raw = Record<string, unknown>

/** The component that a field has by default, as it would be written, and why. */
export type DefaultOf = (field: UnnamedField, input: Raw) => [component: Raw, reason: string]

/** Defaults of components where no data are known. */
export const USUAL: Readonly<Record<UnnamedField, Raw>> = {
  model: { name: 'resnet18' },
  mix: { name: 'mixup' },
  loss: { name: 'cross-entropy' },
  optimizer: { name: 'sgd' },
  schedule: { name: 'linear', warmupEpochs: 0.25 },
}

export const isRecord = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isUnnamed = (value: unknown): value is Raw => isRecord(value) && !Object.hasOwn(value, 'name')

/** A component as an object, where it has a name. */
export const asNamed = (value: unknown): Raw | undefined =>
  typeof value === 'string' ? { name: value } : isRecord(value) && typeof value['name'] === 'string' ? value : undefined

/**
 * A spec whose components all have names: options without one change the recipe's component where there is one, else the default, and in
 * a stage the job's.
 */
export function withNames(input: unknown, defaultOf: DefaultOf): { input: unknown; reasons: Record<string, string> } {
  const reasons: Record<string, string> = {}
  if (!isRecord(input)) return { input, reasons }
  const job: Raw = { ...input }
  for (const field of UNNAMED_FIELDS) {
    const own = job[field]
    if (!isUnnamed(own)) continue
    const [component, reason] = defaultOf(field, input)
    job[field] = { ...component, ...own }
    reasons[`/${field}/name`] = `the default: ${reason}`
  }
  if (!Array.isArray(job['stages'])) return { input: job, reasons }
  job['stages'] = job['stages'].map((stage: unknown, i) => {
    if (!isRecord(stage)) return stage
    const completed: Raw = { ...stage }
    for (const field of UNNAMED_FIELDS) {
      const own = stage[field]
      if (field === 'model' || !isUnnamed(own)) continue
      completed[field] = { ...(asNamed(job[field]) ?? defaultOf(field, input)[0]), ...own }
      reasons[`/stages/${i}/${field}/name`] = 'that of the job'
    }
    return completed
  })
  return { input: job, reasons }
}

/** A recipe's fields under a spec's own; components that the spec gives by options alone keep the rest of the recipe's. */
export function overRecipe(recipe: Readonly<Raw>, own: Raw): { input: Raw; merged: string[] } {
  const merged = UNNAMED_FIELDS.filter((field) => isUnnamed(own[field]) && asNamed(recipe[field]) !== undefined)
  const components = merged.map((field) => [field, { ...asNamed(recipe[field]), ...(own[field] as Raw) }] as const)
  return { input: { ...recipe, ...own, ...Object.fromEntries(components) }, merged }
}
