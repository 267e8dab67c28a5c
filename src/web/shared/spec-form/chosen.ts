import type { Alternative } from './form-schema.ts'
import { isObject, withValue, type Path } from './value-paths.ts'

/** Which of the ways a value was given in; undefined for none, or for options of the default's alone. */
export function chosenOf(alternatives: readonly Alternative[], value: unknown): Alternative | undefined {
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value)) return alternatives.find(({ kind }) => kind === 'list')
  if (isObject(value)) {
    const { name } = value
    if (typeof name === 'string') return alternatives.find(({ kind, id }) => kind === 'named' && id === name)
    return alternatives.find(({ kind, key }) => kind === 'object' && key !== undefined && key in value)
  }
  return (
    alternatives.find(({ kind, id, value: constant }) => (kind === 'named' ? id === value : constant === value)) ??
    alternatives.find(
      ({ kind, form }) => kind === 'value' && (typeof value === 'string') === (form?.schema.type === 'string'),
    )
  )
}

/** The least that chooses an alternative. */
export function startOf({ kind, id, key = '', value, form }: Alternative): unknown {
  if (kind === 'constant') return value
  if (kind === 'named') return id
  if (kind === 'object') return { [key]: form?.schema.properties?.[key] === undefined ? null : '' }
  if (kind === 'list') return []
  return form?.schema.type === 'string' ? '' : (form?.schema.minimum ?? 0)
}

/** The value of a choice with one option changed: a name alone where no option is left, and nothing where there is no name either. */
export function withOption(value: unknown, alternative: Alternative, path: Path, option: unknown): unknown {
  const start = alternative.needsName === true ? { name: alternative.id } : {}
  const base = typeof value === 'string' ? { name: value } : isObject(value) ? value : start
  const changed = withValue(base, path, option)
  if (!isObject(changed)) return changed
  const [first, ...more] = Object.keys(changed)
  if (first === undefined) return undefined
  return first === 'name' && more.length === 0 ? changed['name'] : changed
}
