import { describe, expect, it } from 'vitest'
import { jobsQuery, jobsSearch } from '../../../src/web/jobs/search.ts'

describe('the address of the list of jobs', () => {
  it('keeps what it knows as text, and nothing else', () => {
    expect(jobsSearch({ q: 7, state: 'running', other: 1, tag: '', spec: { a: 1 } })).toEqual({
      q: '7',
      state: 'running',
    })
  })

  it('is a question to the service', () => {
    expect(jobsQuery({ q: 'a', by: 'ada@example.org', trials: 'hide', columns: 'x' }, false)).toEqual({
      limit: 100,
      search: 'a',
      submittedBy: 'ada@example.org',
      sweep: 'none',
    })
    expect(jobsQuery({ sweep: 'sweep_1', trials: 'hide' }, true)).toEqual({
      limit: 50,
      sweep: 'sweep_1',
      include: 'spec',
    })
  })

  it('reads days where the reader is, the last of them whole, and no others', () => {
    const { createdAfter, createdBefore } = jobsQuery({ since: '2026-03-01', until: '2026-03-01' }, false)
    expect(Date.parse(createdBefore ?? '') - Date.parse(createdAfter ?? '')).toBe(86_400_000)
    expect(jobsQuery({ since: 'soon' }, false)).toEqual({ limit: 100 })
  })
})
