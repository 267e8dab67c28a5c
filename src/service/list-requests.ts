import { AppError } from '../errors.ts'
import { parseDatasetRef, type DatasetRef } from './dataset-ref.ts'
import { dateTime } from './date-time.ts'
import { FINAL_METRICS, type FinalMetric } from './final-metrics.ts'
import { JOB_STATES } from './job-states.ts'
import {
  DATASET_STATES,
  JOB_SORTS,
  LIST_SORTS,
  type DatasetsQuery,
  type JobsQuery,
  type SweepsQuery,
} from './list-queries.ts'
import {
  COMPARISONS,
  type DatasetsRequest,
  type JobsRequest,
  type ListRequest,
  type MetricCondition,
  type Sort,
  type SpecCondition,
  type SweepsRequest,
} from './ports/lists.ts'
import { SWEEP_STATES } from './sweep-resources.ts'

/** Queries of lists as text, read. Each throws AppError `invalid_request` where a parameter cannot be read. */

const MAX_CONDITIONS = 10
const SPEC_PATH = /^\w+(?:\.\w+)*$/
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

export function jobsRequest(query: JobsQuery): JobsRequest {
  const { dataset, model, tag, metric, include, search, submittedBy, sweep, spec } = query
  return {
    ...listRequest(query, JOB_STATES, JOB_SORTS),
    dataset: datasetOf(dataset),
    model,
    tags: tag === undefined ? undefined : [...new Set(tag.split(','))],
    metrics: metric === undefined ? undefined : conditionsOf(metric),
    include,
    search,
    submittedBy,
    sweep: sweep === 'none' ? null : sweep,
    spec: spec === undefined ? undefined : specConditionsOf(spec),
  }
}

export const datasetsRequest = (query: DatasetsQuery): DatasetsRequest => listRequest(query, DATASET_STATES, LIST_SORTS)

export const sweepsRequest = ({ dataset, kind, ...query }: SweepsQuery): SweepsRequest => ({
  ...listRequest(query, SWEEP_STATES, LIST_SORTS),
  dataset: datasetOf(dataset),
  kind,
})

function listRequest<State extends string, By extends string>(
  { limit, after, state, name, createdAfter, createdBefore, sort }: DatasetsQuery,
  states: readonly State[],
  sorts: readonly By[],
): ListRequest<State, By> {
  return {
    limit,
    after,
    states:
      state === undefined ? undefined : [...new Set(state.split(','))].map((each) => oneOf(each, states, 'state')),
    name: name === undefined ? undefined : { text: name.replace(/\*$/, ''), isPrefix: name.endsWith('*') },
    createdAfter: createdAfter === undefined ? undefined : dateTime(createdAfter, '/createdAfter'),
    createdBefore: createdBefore === undefined ? undefined : dateTime(createdBefore, '/createdBefore'),
    sort: sort === undefined ? undefined : sortOf(sort, sorts),
  }
}

function sortOf<By extends string>(text: string, sorts: readonly By[]): Sort<By> {
  const descending = text.startsWith('-')
  return { by: oneOf(descending ? text.slice(1) : text, sorts, 'sort'), descending }
}

function datasetOf(text: string | undefined): DatasetRef | undefined {
  if (text === undefined) return undefined
  const ref = parseDatasetRef(text)
  if (ref === undefined)
    throw invalid('dataset', 'must be the id of a data set, such as ds_0mfz3k2ab or ds_0mfz3k2ab@3')
  return ref
}

function conditionsOf(text: string): MetricCondition[] {
  const parts = text.split(',')
  if (parts.length > MAX_CONDITIONS) throw invalid('metric', `must hold at most ${MAX_CONDITIONS} conditions`)
  return parts.map((part) => {
    const comparison = COMPARISONS.find((each) => part.includes(each))
    const [key = '', number = ''] = comparison === undefined ? [] : part.split(comparison)
    const value = Number(number)
    if (comparison === undefined || !NUMBER.test(number) || !Number.isFinite(value))
      throw invalid('metric', `must be like accuracy>=0.9, with one of ${COMPARISONS.join(' ')} and a number`)
    return { key: oneOf<FinalMetric>(key, FINAL_METRICS, 'metric'), comparison, value }
  })
}

function specConditionsOf(text: string): SpecCondition[] {
  const parts = text.split(',')
  if (parts.length > MAX_CONDITIONS) throw invalid('spec', `must hold at most ${MAX_CONDITIONS} conditions`)
  return parts.map((part) => {
    const [path = '', ...value] = part.split('=')
    if (!SPEC_PATH.test(path) || value.length === 0)
      throw invalid('spec', 'must be like loss.name=cross-entropy, a field of the spec and its value')
    return { path: path.split('.'), value: value.join('=') }
  })
}

function oneOf<T extends string>(text: string, known: readonly T[], name: string): T {
  const found = known.find((each) => each === text)
  if (found === undefined) throw invalid(name, `must be one of ${known.join(', ')}`)
  return found
}

const invalid = (name: string, detail: string): AppError =>
  new AppError('invalid_request', `The query string is not valid: /${name} ${detail}.`, {
    errors: [{ pointer: `/${name}`, detail }],
  })
