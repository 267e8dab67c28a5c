import type { components } from '../../../clients/typescript/src/schema.ts'
import { figure } from '../format.ts'

export type Policy = components['schemas']['SavedPolicy']['policy']
type Operation = Extract<Policy, unknown[]>[number][number]

/** A loss of held-out images, nats. */
export const lossText = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(4)

/** `TranslateX` as `translate x`. */
const nameOf = (op: string): string => op.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

/** Operations whose magnitude means nothing. */
const PLAIN: ReadonlySet<string> = new Set(['Identity', 'AutoContrast', 'Equalize', 'Invert'])

/** One operation in words: how often, and how strong. */
export function operationText({ op, probability, magnitude = 0 }: Operation): string {
  const often = probability === 1 ? 'always' : probability === 0 ? 'never' : `with probability ${figure(probability)}`
  return `${nameOf(op)} ${often}${PLAIN.has(op) ? '' : `, magnitude ${figure(magnitude)} of 9`}`
}

/** A whole sub-policy: its operations one after another. */
export const subPolicyText = (operations: readonly Operation[]): string => operations.map(operationText).join('; then ')
