import type { JobSubmission, SweepRequest } from '../../../clients/typescript/src/types.ts'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { isObject } from '../shared/spec-form/value-paths.ts'
import type { Draft, SweepKind } from './draft.ts'
import { spaceOf } from './space.ts'

type Values = Record<string, unknown>
export type ForkRequest = components['schemas']['ForkRequest']

export const datasetRef = ({ dataset, version }: Pick<Draft, 'dataset' | 'version'>): string =>
  version === null ? dataset : `${dataset}@${version}`

/** The service checks what a person typed, and says where it is wrong. */
export function jobRequest(draft: Draft, spec: Values): JobSubmission {
  return { ...spec, ...named(draft), dataset: datasetRef(draft), ...settingsOf(draft) }
}

/** What a fork changes; the data set where it is another one than the parent's. */
export function forkRequest(draft: Draft, changes: Values, parentDataset: string): ForkRequest {
  const isMoved = draft.mode === 'weights' && datasetRef(draft) !== parentDataset
  const spec = { ...changes, ...named(draft), ...(isMoved ? { dataset: datasetRef(draft) } : {}) }
  const checkpoint = draft.checkpoint === '' ? {} : { checkpoint: draft.checkpoint }
  return { mode: draft.mode, ...checkpoint, spec, ...settingsOf(draft) } as ForkRequest
}

export function sweepRequest(draft: Draft, kind: SweepKind, spec: Values): SweepRequest {
  const { priority, resources } = draft.settings
  const isSearch = kind === 'random' || kind === 'grid' || kind === 'asha'
  const request = {
    kind,
    name: draft.name,
    dataset: datasetRef(draft),
    spec,
    seed: numberOf(draft.seed),
    ...(priority === undefined ? {} : { priority }),
    ...(resources === undefined ? {} : { resources }),
    ...(isSearch ? { space: spaceOf(draft.varied, kind === 'grid'), objective: { metric: draft.metric } } : {}),
    ...(kind === 'random' || kind === 'asha' ? { trials: numberOf(draft.trials) } : {}),
    ...(kind === 'asha' ? { asha: draft.halving } : {}),
    ...(kind === 'range-test' ? { rangeTest: draft.rangeTest } : {}),
    ...(kind === 'policy-search' ? { policySearch: draft.policySearch } : {}),
  }
  return request as SweepRequest
}

const named = ({ name }: Draft): Values => (name === '' ? {} : { name })

function settingsOf({ settings, tags, notes }: Draft): Values {
  const list = tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  return { ...settings, ...(list.length === 0 ? {} : { tags: list }), ...(notes === '' ? {} : { notes }) }
}

/** What is no number is sent as it is, so that the service says so. */
const numberOf = (text: string): number | string =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text

const WHOLE: ReadonlySet<string> = new Set(['budget', 'pretrained'])

/** The spec that a fork would have: a merge patch (RFC 7396) as the service applies it, where a component with another name keeps no option. */
export function patched(spec: Values, changes: Values): Values {
  const result: Values = { ...spec }
  for (const [key, change] of Object.entries(changes)) {
    const before = result[key]
    if (change === null) Reflect.deleteProperty(result, key)
    else if (isObject(change) && isObject(before) && !WHOLE.has(key) && keepsName(before, change))
      result[key] = patched(before, change)
    else result[key] = change
  }
  return result
}

const keepsName = (before: Values, { name }: Values): boolean => name === undefined || name === before['name']
