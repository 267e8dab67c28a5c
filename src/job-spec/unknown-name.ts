import { clip } from './short-text.ts'
import { COMPONENT_FIELDS } from './components.ts'
import { EARLY_STOPPING_FIELDS } from './early-stopping.ts'
import { EVALUATION_FIELDS } from './evaluation.ts'
import { PLAIN_FIELDS } from './schema.ts'
import { sameName, suggestion } from './suggestion.ts'

const SPEC_KEYS = [
  ...Object.keys(PLAIN_FIELDS),
  ...Object.keys(COMPONENT_FIELDS),
  'augment',
  'stages',
  'evaluation',
  'earlyStopping',
]
const EVALUATION_KEYS = [...Object.keys(EVALUATION_FIELDS), 'testTimeAugmentation']
const MAX_LISTED = 12
const MAX_QUOTED_CHARACTERS = 100

let nestedPaths: ReadonlyMap<string, string> | undefined

/** The keys of nested objects, by their paths. */
function nestedKeys(): ReadonlyMap<string, string> {
  const nested: readonly (readonly [string, readonly string[]])[] = [
    ...['budget', 'image'].map((field) => [field, propertiesOf(PLAIN_FIELDS[field as 'budget' | 'image'])] as const),
    ['evaluation', EVALUATION_KEYS],
    ['earlyStopping', Object.keys(EARLY_STOPPING_FIELDS)],
    ...(['schedule', 'optimizer', 'model', 'loss', 'mix', 'averaging'] as const).map(
      (field) => [field, COMPONENT_FIELDS[field].flatMap(({ options }) => propertiesOf(options))] as const,
    ),
  ]
  return new Map(nested.flatMap(([field, keys]) => keys.map((child) => [`${field}/${child}`, child] as const)))
}

/** Where a key belongs that was written a level too high or elsewhere: `epochs` is /budget/epochs. */
function elsewhere(key: string): string | undefined {
  const paths = (nestedPaths ??= nestedKeys())
  const found =
    sameName(key, SPEC_KEYS) ??
    [...paths].find(([, child]) => sameName(key, [child]) !== undefined)?.[0] ??
    sameName(key, [...paths.keys()]) ??
    [...paths].find(([, child]) => suggestion(key, [child]) !== undefined)?.[0]
  return found === undefined ? undefined : `/${found}`
}

const propertiesOf = (schema: object): string[] =>
  Object.keys((schema as { properties?: Readonly<Record<string, unknown>> }).properties ?? {})

/** Says that a key or a component's name is not known, and which one may be meant. */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const unknown = `unknown ${what} ${JSON.stringify(clip(name, MAX_QUOTED_CHARACTERS))}`
  const near = suggestion(name, known)
  if (near !== undefined) return `${unknown}; did you mean ${JSON.stringify(near)}?`
  const other = what === 'key' ? elsewhere(name) : undefined
  if (other !== undefined) return `${unknown}; did you mean ${other}?`
  if (known.length === 0) return `${unknown}; none is allowed here`
  return known.length > MAX_LISTED ? unknown : `${unknown}; known are ${known.join(', ')}`
}
