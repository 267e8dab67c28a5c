import type { TProperties, TSchema } from 'typebox'
import { AUGMENTS, COMPONENT_FIELDS, TEST_TIMES, type ComponentField } from '../../src/job-spec/components.ts'
import { EARLY_STOPPING_FIELDS } from '../../src/job-spec/early-stopping.ts'
import { EVALUATION_FIELDS } from '../../src/job-spec/evaluation.ts'
import { PolicySearchOptions } from '../../src/job-spec/policy-search.ts'
import { RECIPE_SUMMARIES } from '../../src/job-spec/recipes.ts'
import { JobSpec, PLAIN_FIELDS, STAGE_FIELDS } from '../../src/job-spec/schema.ts'
import { RangeTestOptions } from '../../src/job-spec/tasks.ts'
import { corruptions } from '../../src/zoo/corruptions/registry.ts'
import { TRANSFER_FIELDS } from '../../src/zoo/models/transfer.ts'
import { code, optionTable, table, typeOf } from './markdown.ts'

type Components = (typeof COMPONENT_FIELDS)[ComponentField]

const descriptionOf = (schema: TSchema): string => (schema as { description?: string }).description ?? ''

/** A field that names a component: what there is to name, then the options of each. */
function componentField(name: string, components: Components, leftOut: readonly string[] = []): string {
  const described = components.map((each) => ({
    ...each,
    properties: Object.fromEntries(Object.entries(each.options.properties).filter(([key]) => !leftOut.includes(key))),
  }))
  const options = described.flatMap(({ name: component, properties }) =>
    Object.keys(properties).length === 0 ? [] : [`#### ${code(component)}`, optionTable(properties)],
  )
  return [
    `### ${code(name)}`,
    descriptionOf(JobSpec.properties[name] ?? {}),
    table(
      ['name', 'meaning'],
      described.map(({ name: component, summary }) => [code(component), summary]),
    ),
    ...grouped(options),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Components with the same options (ResNets, say) share one table. */
function grouped(options: readonly string[]): string[] {
  const names = new Map<string, string[]>()
  for (let i = 0; i < options.length; i += 2) {
    const [heading = '', body = ''] = options.slice(i, i + 2)
    names.set(body, [...(names.get(body) ?? []), heading.replace('#### ', '')])
  }
  return [...names].flatMap(([body, headings]) => [`#### ${headings.join(', ')}`, body])
}

function plainFields(): string {
  const rows = Object.entries(PLAIN_FIELDS).flatMap(([name, schema]) => {
    const { properties } = schema as { properties?: TProperties }
    if (properties === undefined) return [[code(name), typeOf(schema), descriptionOf(schema)]]
    return Object.entries(properties).map(([key, each]) => [code(`${name}.${key}`), typeOf(each), descriptionOf(each)])
  })
  return table(['field', 'values', 'meaning'], rows)
}

const INTRODUCTION = `# Job spec

A spec is a JSON object. Every field may be left out: defaults follow from the data, and \`anneal spec resolve SPEC.json --data PATH\` prints the resolved spec with a reason for each.
\`anneal spec schema\` prints the JSON Schema. A misspelt key is an error that names the nearest known one.

A component is written as its name, \`"sgd"\`, or as an object with options, \`{ "name": "sgd", "momentum": 0.8 }\`. Without a name the options apply to the default component:
\`{ "schedule": { "learningRate": 0.1 } }\` changes the learning rate only. Incompatible options are rejected; suspicious combinations produce a warning.`

/** The reference of the job spec. */
export function specPage(): string {
  const fields = Object.keys(COMPONENT_FIELDS) as ComponentField[]
  const transfer = Object.keys(TRANSFER_FIELDS)
  return `${[
    INTRODUCTION,
    '## Plain fields',
    plainFields(),
    '## Recipes',
    `\`"recipe": NAME\` starts from one of these; fields of the spec override it.`,
    table(
      ['recipe', 'for'],
      Object.entries(RECIPE_SUMMARIES).map(([name, summary]) => [code(name), summary]),
    ),
    '## Stages',
    descriptionOf(JobSpec.properties['stages'] ?? {}),
    optionTable(STAGE_FIELDS),
    'A stage may also set `sampling`, `augment`, `mix`, `loss`, `optimizer` and `schedule`.',
    '## Components',
    componentField('model', COMPONENT_FIELDS.model, transfer),
    '#### Pretrained weights, for every model',
    optionTable(TRANSFER_FIELDS),
    ...fields
      .filter((field) => field !== 'model')
      .flatMap((field) => [
        componentField(field, COMPONENT_FIELDS[field]),
        ...(field === 'sampling' ? [componentField('augment', AUGMENTS)] : []),
      ]),
    '## Early stopping',
    descriptionOf(JobSpec.properties['earlyStopping'] ?? {}),
    optionTable(EARLY_STOPPING_FIELDS),
    '## Evaluation',
    descriptionOf(JobSpec.properties['evaluation'] ?? {}),
    optionTable(EVALUATION_FIELDS),
    componentField('testTimeAugmentation', TEST_TIMES),
    '### Corruptions',
    table(
      ['name', 'meaning'],
      corruptions.map(({ name, summary }) => [code(name), summary]),
    ),
    '## Learning-rate range test',
    'Options of `anneal lr-range-test --options` and of sweeps of the kind `range-test`.',
    optionTable(RangeTestOptions.properties),
    '## Policy search',
    'Options of `anneal policy search --options` and of sweeps of the kind `policy-search`.',
    optionTable(PolicySearchOptions.properties),
  ].join('\n\n')}\n`
}
