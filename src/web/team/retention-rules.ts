import type { components } from '../../../clients/typescript/src/schema.ts'
import { allOf } from '../shared/all-of.ts'

export type RetentionPolicy = components['schemas']['RetentionPolicy']
type CheckpointRule = NonNullable<RetentionPolicy['checkpoints']>
type JobRule = NonNullable<RetentionPolicy['jobs']>

/** The rules as they are typed. */
export interface TypedRules {
  checkpoints: boolean
  checkpointDays: string
  keep: readonly string[]
  jobs: boolean
  jobDays: string
  states: readonly string[]
  keepNewest: string
  keepTags: string
}

export const KINDS = allOf<CheckpointRule['keep'][number]>({ best: true, last: true, averaged: true })
export const ENDED = ['succeeded', 'failed', 'stopped', 'canceled'] as const

export const typedOf = ({ checkpoints, jobs, keepTags }: RetentionPolicy): TypedRules => ({
  checkpoints: checkpoints !== null,
  checkpointDays: String(checkpoints?.olderThanDays ?? 30),
  keep: checkpoints?.keep ?? ['best', 'last'],
  jobs: jobs !== null,
  jobDays: String(jobs?.olderThanDays ?? 90),
  states: jobs?.states ?? ['failed', 'canceled'],
  keepNewest: String(jobs?.keepNewest ?? 0),
  keepTags: keepTags.join(', '),
})

export function policyOf(typed: TypedRules): RetentionPolicy {
  const checkpoints: CheckpointRule = {
    olderThanDays: Number(typed.checkpointDays),
    keep: KINDS.filter((kind) => typed.keep.includes(kind)),
  }
  const jobs: JobRule = {
    olderThanDays: Number(typed.jobDays),
    states: ENDED.filter((state) => typed.states.includes(state)),
    keepNewest: Number(typed.keepNewest),
  }
  const tags = typed.keepTags.split(',').map((tag) => tag.trim())
  return {
    checkpoints: typed.checkpoints ? checkpoints : null,
    jobs: typed.jobs ? jobs : null,
    keepTags: [...new Set(tags.filter((tag) => tag !== ''))],
  }
}
