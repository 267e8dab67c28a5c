import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { ErrorDetail } from '../errors.ts'
import { pointerSegment } from './short-text.ts'
import { unknownName } from './unknown-name.ts'

const OPTIONS = { useDefaults: true, strict: false, verbose: true } as const
/** Checks that list every mistake cost far more than their value where nearly all of it is wrong: larger values get the first mistake alone. */
const CHECKS = { every: new Ajv2020({ ...OPTIONS, allErrors: true }), first: new Ajv2020(OPTIONS) }
const MAX_LISTED_NODES = 100
const compiled = { every: new WeakMap<object, ValidateFunction>(), first: new WeakMap<object, ValidateFunction>() }

/** Checks a value by a schema, fills in its defaults in place, and adds what is wrong to `errors`. `identity` names the schema. */
export function validate(
  schema: object,
  identity: object,
  value: unknown,
  pointer: string,
  errors: ErrorDetail[],
): void {
  const which = isSmall(value) ? 'every' : 'first'
  let check = compiled[which].get(identity)
  if (check === undefined) {
    check = CHECKS[which].compile(JSON.parse(JSON.stringify(schema)) as object)
    compiled[which].set(identity, check)
  }
  if (check(value)) return
  errors.push(...describe(check.errors ?? [], pointer))
}

/** Whether a value has few nodes; looks at no more than those. */
function isSmall(value: unknown): boolean {
  const pending = [value]
  let nodes = 0
  for (let node = pending.pop(); node !== undefined && nodes <= MAX_LISTED_NODES; node = pending.pop(), nodes++)
    if (typeof node === 'object' && node !== null)
      for (const child of Object.values(node).slice(0, MAX_LISTED_NODES + 1) as unknown[]) pending.push(child)
  return nodes <= MAX_LISTED_NODES
}

/** One detail a mistake: a union's branches become the list of what is allowed, unless the mistake is deeper. */
function describe(found: readonly ErrorObject[], pointer: string): ErrorDetail[] {
  const unions = found.filter((error) => error.keyword === 'anyOf')
  const plain = found.filter(
    (error) => !unions.some((union) => error !== union && error.instancePath === union.instancePath),
  )
  return [
    ...unions
      .filter((union) => !found.some(({ instancePath }) => instancePath.startsWith(`${union.instancePath}/`)))
      .map((union) => ({
        pointer: pointer + union.instancePath,
        detail: `must be one of ${allowed(union).join(', ')}`,
      })),
    ...plain
      .filter((error) => error.keyword !== 'anyOf')
      .map((error) => {
        if (error.keyword !== 'additionalProperties')
          return { pointer: pointer + error.instancePath, detail: error.message ?? 'is not valid' }
        const key = (error.params as { additionalProperty: string }).additionalProperty
        const properties = Object.keys((error.parentSchema as { properties?: object }).properties ?? {})
        return {
          pointer: `${pointer}${error.instancePath}/${pointerSegment(key)}`,
          detail: unknownName('key', key, properties),
        }
      }),
  ]
}

function allowed(union: ErrorObject): string[] {
  return (union.schema as Branch[]).map((branch) => {
    if (branch.const !== undefined) return String(branch.const)
    const { type = 'value', minimum, maximum } = branch
    const range = minimum === undefined || maximum === undefined ? '' : ` from ${minimum} to ${maximum}`
    return `${type === 'integer' ? 'a whole number' : `a JSON ${type}`}${range}`
  })
}

interface Branch {
  const?: string | number | boolean | null
  type?: string
  minimum?: number
  maximum?: number
}
