import { expect, it } from 'vitest'
import { points, probability, signed } from '../../../src/web/compare/numbers.ts'
import { chosenJobs, compareSearch, MAX_RUNS } from '../../../src/web/compare/search.ts'
import { bestAccuracy, grouped } from '../../../src/web/jobs/groups.ts'
import type { JobSummary } from '../../../src/web/shared/jobs.ts'

it('takes each run of an address once, and what is none not at all', () => {
  expect(chosenJobs(compareSearch({ jobs: 'job_1,job_2,job_1,other,' }))).toEqual(['job_1', 'job_2'])
  expect(chosenJobs(compareSearch({ jobs: 7 }))).toEqual([])
  const many = Array.from({ length: 30 }, (_, i) => `job_${i}`)
  expect(chosenJobs({ jobs: many.join(',') })).toEqual(many.slice(0, MAX_RUNS))
})

it('writes differences with their sign, and small probabilities as bounds', () => {
  expect([points(0.35), points(-0.001), signed(-0.5)]).toEqual(['+35.00', '−0.10', '−0.5000'])
  expect([probability(0.00001), probability(0.5)]).toEqual(['< 0.0001', '0.5000'])
})

it('groups jobs by what they have in common, one of several tags under each', () => {
  const job = (id: string, tags: string[], accuracy: number | null): JobSummary =>
    ({ id, tags, accuracy, spec: { batchSize: tags.length } }) as Partial<JobSummary> as JobSummary
  const jobs = [job('1', ['a', 'b'], 0.5), job('2', ['b'], null), job('3', [], 0.7)]
  const names = (by: string) => grouped(jobs, by).map((group) => [group.name, group.jobs.map(({ id }) => id).join()])
  expect(names('tag')).toEqual([
    ['a', '1'],
    ['b', '1,2'],
    ['No tag', '3'],
  ])
  expect(names('spec.batchSize')).toEqual([
    ['2', '1'],
    ['1', '2'],
    ['0', '3'],
  ])
  expect(bestAccuracy(jobs)).toBe(0.7)
  expect(bestAccuracy([])).toBeNull()
})
