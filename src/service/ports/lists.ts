import type { DatasetRef } from '../dataset-ref.ts'
import type { FinalMetric } from '../final-metrics.ts'
import type { JobState } from '../job-states.ts'
import type { Dataset } from '../resources.ts'
import type { SweepKind, SweepState } from '../sweep-resources.ts'
import type { PageRequest } from './caller.ts'

export interface Sort<By extends string = string> {
  by: By
  descending: boolean
}

/** A name, or how names begin; upper and lower case are alike. */
export interface NameFilter {
  text: string
  isPrefix: boolean
}

export const COMPARISONS = ['>=', '<=', '>', '<'] as const
export interface MetricCondition {
  key: FinalMetric
  comparison: (typeof COMPARISONS)[number]
  value: number
}

/** A value that a field of the resolved spec has. */
export interface SpecCondition {
  path: readonly string[]
  value: string
}

/** A page of a list: every condition that is given holds. Newest first without `sort`. */
export interface ListRequest<State extends string, By extends string = 'created' | 'name'> extends PageRequest {
  states?: readonly State[] | undefined
  name?: NameFilter | undefined
  createdAfter?: Date | undefined
  createdBefore?: Date | undefined
  sort?: Sort<By> | undefined
}

/** Sorted by a metric, only jobs that have it are listed. */
export interface JobsRequest extends ListRequest<JobState, 'created' | 'name' | 'priority' | FinalMetric> {
  /** One without a version: all its versions. */
  dataset?: DatasetRef | undefined
  model?: string | undefined
  /** All of them. */
  tags?: readonly string[] | undefined
  metrics?: readonly MetricCondition[] | undefined
  /** In the name, id, tags or notes. */
  search?: string | undefined
  submittedBy?: string | undefined
  /** Trials of a sweep; null: jobs that are no trials. */
  sweep?: string | null | undefined
  spec?: readonly SpecCondition[] | undefined
  /** Specs are large, and so come only when they are asked for. */
  include?: 'spec' | undefined
}

export type DatasetsRequest = ListRequest<Dataset['state']>

export interface SweepsRequest extends ListRequest<SweepState> {
  dataset?: DatasetRef | undefined
  kind?: SweepKind | undefined
}
