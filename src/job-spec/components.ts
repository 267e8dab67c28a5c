import Type, { type TObject, type TSchema } from 'typebox'
import type { ErrorDetail } from '../errors.ts'
import { adjustments } from '../zoo/adjustments/registry.ts'
import { augments } from '../zoo/augment/registry.ts'
import { averagings } from '../zoo/averaging/registry.ts'
import { calibrations } from '../zoo/calibration/registry.ts'
import type { Component } from '../zoo/define.ts'
import { losses } from '../zoo/losses/registry.ts'
import { mixes } from '../zoo/mix/registry.ts'
import { models } from '../zoo/models/registry.ts'
import { TRANSFER_FIELDS } from '../zoo/models/transfer.ts'
import { openSets } from '../zoo/open-set/registry.ts'
import { optimizers } from '../zoo/optimizers/registry.ts'
import { samplers } from '../zoo/sampling/registry.ts'
import { schedules } from '../zoo/schedules/registry.ts'
import { testTimes } from '../zoo/test-time/registry.ts'

/** A component as it is in a resolved spec: its name and every option. */
export interface ComponentSpec {
  name: string
  [option: string]: unknown
}

type AnyComponent = Pick<Component<Record<never, never>>, 'name' | 'summary'> & {
  options: TObject
  check?(options: Record<string, unknown>): ErrorDetail[]
  /** What its option `of` lists. */
  parts?: readonly AnyComponent[]
}

/** The fields of a spec that name one component, and those components. */
export const COMPONENT_FIELDS = {
  model: models.map((model) => ({
    ...model,
    options: Type.Object({ ...model.options.properties, ...TRANSFER_FIELDS }),
  })),
  sampling: samplers,
  mix: mixes,
  loss: losses,
  optimizer: optimizers,
  schedule: schedules,
  averaging: averagings,
  adjustment: adjustments,
  openSet: openSets,
  calibration: calibrations,
} as unknown as Record<ComponentField, readonly AnyComponent[]>

export type ComponentField =
  | ('model' | 'sampling' | 'mix' | 'loss' | 'optimizer' | 'schedule' | 'averaging')
  | 'adjustment'
  | 'openSet'
  | 'calibration'

export const AUGMENTS = augments as unknown as readonly AnyComponent[]
export const TEST_TIMES = testTimes as unknown as readonly AnyComponent[]

/** JSON Schema of a component: its name alone, or an object with its options; `unnamed` ones may be the default's options alone. */
export function componentSchema(
  components: readonly AnyComponent[],
  description: string,
  { unnamed = false }: { unnamed?: boolean } = {},
): TSchema {
  const named = components.map(({ name, summary, options }) =>
    Type.Object(
      {
        name: unnamed ? Type.Optional(Type.Literal(name)) : Type.Literal(name),
        ...Object.fromEntries(Object.entries(options.properties).map(([key, schema]) => [key, Type.Optional(schema)])),
      },
      { additionalProperties: false, description: summary },
    ),
  )
  return Type.Union([Type.Union(components.map(({ name }) => Type.Literal(name))), ...named], { description })
}
