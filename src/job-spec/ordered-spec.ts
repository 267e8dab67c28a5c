import { AUGMENTS, COMPONENT_FIELDS, type ComponentField } from './components.ts'
import { isRecord } from './unnamed.ts'

type Fields = Record<string, unknown>

/** The order in which people read a spec; others follow in their own. */
const ORDER = [
  ...['name', 'dataset', 'classes', 'model', 'image', 'sampling', 'augment', 'mix', 'loss', 'optimizer', 'schedule'],
  ...[
    'averaging',
    'adjustment',
    'openSet',
    'budget',
    'earlyStopping',
    'stages',
    'batchSize',
    'precision',
    'calibration',
  ],
  ...['evaluation', 'seed'],
]

/** A resolved spec with its fields and the options of its components in the order in which they are defined: a database that stores JSON keeps none. */
export function orderedSpec<Spec>(spec: Spec): Spec {
  return (isRecord(spec) ? ordered(spec) : spec) as Spec
}

function ordered(fields: Fields): Fields {
  return sorted(
    Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, orderedField(field, value)])),
    ORDER,
  )
}

function orderedField(field: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => orderedField(field, item))
  if (!isRecord(value)) return value
  if (field === 'stages') return ordered(value)
  const components = field === 'augment' ? AUGMENTS : COMPONENT_FIELDS[field as ComponentField]
  // Fields that are no components, such as a budget.
  if ((components as typeof components | undefined) === undefined) return value
  const options = components.find(({ name }) => name === value['name'])?.options.properties ?? {}
  return sorted(value, ['name', ...Object.keys(options)])
}

function sorted(fields: Fields, order: readonly string[]): Fields {
  const known = order.filter((field) => Object.hasOwn(fields, field))
  const others = Object.keys(fields).filter((field) => !known.includes(field))
  return Object.fromEntries([...known, ...others].map((field) => [field, fields[field]]))
}
