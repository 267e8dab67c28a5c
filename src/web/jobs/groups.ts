import type { JobSummary } from '../shared/jobs.ts'
import { fieldAt, written } from '../shared/spec-fields.ts'
import { isSpecField, specPath } from './spec-columns.ts'

export interface Group {
  name: string
  jobs: JobSummary[]
}

type Grouping = (job: JobSummary) => readonly string[]

const BY: Readonly<Record<string, Grouping>> = {
  dataset: ({ datasetName, datasetVersion }) => [`${datasetName} v${datasetVersion}`],
  model: ({ model }) => [model ?? 'No model'],
  sweep: ({ sweep }) => [sweep ?? 'No sweep'],
  state: ({ state }) => [state],
  by: ({ submittedBy }) => [submittedBy ?? 'API keys'],
  tag: ({ tags }) => (tags.length === 0 ? ['No tag'] : tags),
}

export const GROUPINGS = [
  { value: 'dataset', label: 'Data set' },
  { value: 'model', label: 'Model' },
  { value: 'sweep', label: 'Sweep' },
  { value: 'tag', label: 'Tag' },
  { value: 'state', label: 'State' },
  { value: 'by', label: 'Submitted by' },
]

/** Jobs under what they have in common, in the order of their first ones; one of several tags is under each. */
export function grouped(jobs: readonly JobSummary[], by: string): Group[] {
  const names: Grouping = isSpecField(by)
    ? ({ spec }) => [written(fieldAt(spec, specPath(by)))]
    : (BY[by] ?? (() => ['All jobs']))
  const groups = new Map<string, JobSummary[]>()
  for (const job of jobs)
    for (const name of names(job)) {
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [job])
      else group.push(job)
    }
  return [...groups].map(([name, members]) => ({ name, jobs: members }))
}

/** The best test accuracy among jobs that have one. */
export const bestAccuracy = (jobs: readonly JobSummary[]): number | null =>
  jobs.reduce<number | null>((best, { accuracy }) => (accuracy === null ? best : Math.max(accuracy, best ?? 0)), null)
