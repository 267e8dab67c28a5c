import type { FieldPathList, FieldProps, FormContextType, RJSFSchema } from '@rjsf/utils'
import { fallbackOf } from './form-schema.ts'
import { pointerOf, valueAt, type Path } from './value-paths.ts'

export interface Mistake {
  pointer: string
  detail: string
}

/** What the fields know beyond their own value. */
export interface SpecContext {
  /** The spec with every default, as the service has resolved it. */
  resolved: unknown
  /** Why a default was chosen, by pointer. */
  reasons: Record<string, string>
  mistakes: readonly Mistake[]
}

export type SpecFieldProps = FieldProps<unknown, RJSFSchema, FormContextType>

interface Known {
  path: FieldPathList
  /** What it has where nothing is given. */
  fallback: unknown
  reason: string | undefined
  error: string | undefined
  /** Whether it is an item of a list, which has no default. */
  isItem: boolean
}

const contextOf = ({ registry }: Pick<SpecFieldProps, 'registry'>): SpecContext => registry.formContext as SpecContext

/** What the service says about a field. */
export function known(props: Pick<SpecFieldProps, 'registry' | 'fieldPathId' | 'schema'>): Known {
  const { resolved, reasons, mistakes } = contextOf(props)
  const { path } = props.fieldPathId
  const pointer = pointerOf(path)
  const details = mistakes.filter((mistake) => mistake.pointer === pointer).map(({ detail }) => detail)
  return {
    path,
    fallback: valueAt(resolved, path) ?? fallbackOf(props.schema),
    reason: reasons[pointer],
    error: details.length === 0 ? undefined : sentence(details.join('; ')),
    isItem: typeof path.at(-1) === 'number',
  }
}

/** The part of a path that is below another one. */
export const below = (path: Path, own: Path): Path => path.slice(own.length)

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/[.?]\.$/, '.')
