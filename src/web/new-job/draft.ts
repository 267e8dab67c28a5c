import type { SweepRequest } from '../../../clients/typescript/src/types.ts'
import { allOf } from '../shared/all-of.ts'
import { isObject } from '../shared/spec-form/value-paths.ts'
import type { VariedField } from './space.ts'

export const KINDS = [
  { value: 'job', label: 'One job' },
  { value: 'random', label: 'Sweep: values drawn at random' },
  { value: 'grid', label: 'Sweep: every combination (grid)' },
  { value: 'asha', label: 'Sweep: successive halving (ASHA)' },
  { value: 'range-test', label: 'Learning-rate range test' },
  { value: 'policy-search', label: 'Search for an augmentation policy' },
] as const
export type Kind = (typeof KINDS)[number]['value']
export type SweepKind = Exclude<Kind, 'job'>

export type Metric = NonNullable<NonNullable<SweepRequest['objective']>['metric']>
export const METRICS = allOf<Metric>({
  'val/accuracy': true,
  'val/loss': true,
  'train/accuracy': true,
  'train/loss': true,
  'averaged/accuracy': true,
  'averaged/loss': true,
})

type Values = Record<string, unknown>

/** Everything that the page has been told, as it was typed. */
export interface Draft {
  kind: Kind
  /** Id of a data set; empty before one is chosen. */
  dataset: string
  /** Of the data set; null for the newest that is ready. */
  version: number | null
  name: string
  /** The spec as JSON; of a fork its changes. */
  text: string
  tags: string
  notes: string
  settings: Values
  varied: readonly VariedField[]
  trials: string
  metric: Metric
  seed: string
  halving: Values
  rangeTest: Values
  policySearch: Values
  mode: 'weights' | 'continue'
  /** Of the job that is forked; empty for the one that the service would take. */
  checkpoint: string
}

export const newDraft = (given: Partial<Draft>): Draft => ({
  kind: 'job',
  dataset: '',
  version: null,
  name: '',
  text: '{}',
  tags: '',
  notes: '',
  settings: {},
  varied: [],
  trials: '20',
  metric: 'val/accuracy',
  seed: '0',
  halving: {},
  rangeTest: {},
  policySearch: {},
  mode: 'weights',
  checkpoint: '',
  ...given,
})

/** A spec as it was typed, or why it is none. */
export type Typed = { spec: Values } | { problem: string }

export function typedSpec(text: string): Typed {
  if (text.trim() === '') return { spec: {} }
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? { spec: value } : { problem: 'A spec is an object in braces.' }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

export const written = (spec: Values): string => JSON.stringify(spec, null, 2)

/** A key: what was typed on the page for one data set or fork does not come back for another. */
export const draftKey = (parts: readonly (string | undefined)[]): string =>
  `anneal-new-job ${parts.map((part) => part ?? '').join(' ')}`

/** What was kept in this tab, where it still has the fields that a draft has. */
export function keptDraft(kept: string | null, fresh: Draft): Draft {
  if (kept === null) return fresh
  try {
    const value: unknown = JSON.parse(kept)
    if (!isObject(value)) return fresh
    const fits = Object.entries(fresh).every(([key, own]) => sameKind(value[key], own))
    return fits ? (value as unknown as Draft) : fresh
  } catch {
    return fresh
  }
}

const sameKind = (kept: unknown, own: unknown): boolean =>
  own === null || kept === null || (typeof kept === typeof own && Array.isArray(kept) === Array.isArray(own))
