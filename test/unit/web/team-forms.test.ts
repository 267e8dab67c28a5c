import { describe, expect, it } from 'vitest'
import { changeOf, typedOf as typedQuota } from '../../../src/web/admin/quota-change.ts'
import { filterOf } from '../../../src/web/team/audit-filter.ts'
import { policyOf, typedOf } from '../../../src/web/team/retention-rules.ts'
import { daysOf, rangeOf } from '../../../src/web/team/usage-range.ts'

const NOW = Date.parse('2026-03-01T23:30:00Z')

describe('the days of usage', () => {
  it('are the last thirty where the address names none, or none that there are', () => {
    expect(rangeOf({}, NOW)).toEqual({ from: '2026-01-31', to: '2026-03-01' })
    expect(rangeOf({ from: 'yesterday', to: '2026-13-45' }, NOW)).toEqual({ from: '2026-01-31', to: '2026-03-01' })
    expect(rangeOf({ from: '2026-02-20', to: '2026-02-10' }, NOW)).toEqual({ from: '2026-01-12', to: '2026-02-10' })
    expect(rangeOf({ from: '2026-02-01', to: '2026-02-10' }, NOW)).toEqual({ from: '2026-02-01', to: '2026-02-10' })
  })

  it('have each its place, also those without usage, and no more than a year of them', () => {
    expect(daysOf({ from: '2026-02-27', to: '2026-03-02' })).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ])
    expect(daysOf({ from: '2020-01-01', to: '2026-01-01' })).toHaveLength(366)
  })
})

describe('entries of the audit log', () => {
  it('are asked for by whole days, the last of which is included', () => {
    expect(filterOf({ tab: 'audit', since: '2026-02-27', until: '2026-02-28', action: 'deleteJob' })).toEqual({
      action: 'deleteJob',
      since: '2026-02-27T00:00:00Z',
      until: '2026-03-01T00:00:00.000Z',
    })
    expect(filterOf({ tab: 'audit', since: 'x' })).toEqual({})
  })
})

describe('rules of retention', () => {
  it('are read back as they were typed', () => {
    const policy = {
      checkpoints: { olderThanDays: 30, keep: ['best' as const] },
      jobs: { olderThanDays: 90.5, states: ['failed' as const], keepNewest: 20 },
      keepTags: ['keep', 'paper'],
    }
    expect(policyOf(typedOf(policy))).toEqual(policy)
    const none = { checkpoints: null, jobs: null, keepTags: [] }
    expect(policyOf(typedOf(none))).toEqual(none)
    expect(policyOf({ ...typedOf(none), keepTags: ' a ,, b,a' }).keepTags).toEqual(['a', 'b'])
  })
})

describe('the quota of a team', () => {
  it('is that of the installation where nothing is typed', () => {
    const typed = typedQuota({ weight: 2, own: { runningJobs: 4 } })
    expect(changeOf(typed)).toEqual({ weight: 2, limits: { runningJobs: 4 } })
    expect(changeOf({ weight: '1', limits: { runningJobs: ' ', bytes: '0' } })).toEqual({
      weight: 1,
      limits: { runningJobs: null, bytes: 0 },
    })
  })
})
