import type { ErrorDetail } from '../errors.ts'
import { BUILT_IN_POLICIES } from '../zoo/augment/auto-augment.ts'
import type { Policy } from '../zoo/augment/policy.ts'
import { invalidSpec } from './parse.ts'
import { suggestion } from './suggestion.ts'

export { MAX_POLICY_NAME_LENGTH, Policy, POLICY_NAME } from '../zoo/augment/policy.ts'
export const isBuiltIn = (name: string): boolean => BUILT_IN_POLICIES.some((known) => known === name)

/** Policies of a team: those of a spec, by name, and all the names. */
export interface SavedPolicies {
  policies: ReadonlyMap<string, Policy>
  names: readonly string[]
}

const NONE: SavedPolicies = { policies: new Map(), names: [] }

type Visit = (policy: unknown, pointer: string) => unknown

/** Names of saved policies of a spec. */
export function savedPolicyNames(input: unknown): string[] {
  const names = new Set<string>()
  overPolicies(input, (policy) => {
    if (typeof policy === 'string' && !isBuiltIn(policy)) names.add(policy)
    return policy
  })
  return [...names]
}

/**
 * A spec, as it was written, with saved policies in full, and why by pointer. Where they are `unread`, any name goes.
 * @throws AppError `invalid_spec` for a name that is not known, with those that are
 */
export function withSavedPolicies(
  input: unknown,
  saved: SavedPolicies | 'unread' = NONE,
): { input: unknown; reasons: Record<string, string> } {
  const reasons: Record<string, string> = {}
  const errors: ErrorDetail[] = []
  const withPolicies = overPolicies(input, (policy, pointer) => {
    if (typeof policy === 'object' && policy !== null && 'file' in policy)
      errors.push({
        pointer,
        detail: 'only the command reads files; save the policy for the team and give its name',
      })
    if (typeof policy !== 'string' || isBuiltIn(policy)) return policy
    if (saved === 'unread') return BUILT_IN_POLICIES[0]
    const found = saved.policies.get(policy)
    if (found === undefined) {
      errors.push({ pointer, detail: unknownPolicy(policy, [...BUILT_IN_POLICIES, ...saved.names]) })
      return policy
    }
    reasons[pointer] = `the saved policy ${policy}`
    return found
  })
  if (errors.length > 0) throw invalidSpec(errors)
  return { input: withPolicies, reasons }
}

/** Files of policies that a spec names. */
export function policyFiles(input: unknown): string[] {
  const files = new Set<string>()
  withPolicyFiles(input, (file) => files.add(file))
  return [...files]
}

/** A spec, as it was written, with policies from files in full. */
export function withPolicyFiles(input: unknown, read: (file: string) => unknown): unknown {
  return overPolicies(input, (policy) =>
    typeof policy === 'object' && policy !== null && 'file' in policy && typeof policy.file === 'string'
      ? read(policy.file)
      : policy,
  )
}

function unknownPolicy(name: string, known: readonly string[]): string {
  const near = suggestion(name, known)
  const hint = near === undefined ? '. ' : `; did you mean ${JSON.stringify(near)}? `
  return `unknown policy ${JSON.stringify(name)}${hint}Known are ${known.join(', ')}`
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A copy of a spec with another value for the policy of each `auto-augment`: of the job, of its stages, and inside of other augmentations. */
function overPolicies(input: unknown, visit: Visit): unknown {
  const list = (value: unknown, pointer: string): unknown =>
    Array.isArray(value) ? value.map((item, i) => one(item, `${pointer}/${i}`)) : value
  const one = (value: unknown, pointer: string): unknown => {
    if (!isObject(value)) return value
    if (value['name'] === 'auto-augment' && 'policy' in value)
      return { ...value, policy: visit(value['policy'], `${pointer}/policy`) }
    return 'of' in value ? { ...value, of: list(value['of'], `${pointer}/of`) } : value
  }
  const part = (value: unknown, pointer: string): unknown =>
    isObject(value) && 'augment' in value ? { ...value, augment: list(value['augment'], `${pointer}/augment`) } : value
  const whole = part(input, '')
  if (!isObject(whole) || !Array.isArray(whole['stages'])) return whole
  return { ...whole, stages: whole['stages'].map((stage, i) => part(stage, `/stages/${i}`)) }
}
