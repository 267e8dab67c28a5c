import { describe, expect, it } from 'vitest'
import type { Reason } from '../../../src/service/resources.ts'
import { mayTryAgain, retryWaitMs } from '../../../src/worker/retries.ts'

const reason = (fault: Reason['fault'], code: string, retryable = true): Reason => ({
  code,
  fault,
  retryable,
  detail: 'd',
})
const attempts = (of: Reason): number => {
  let failures = 0
  while (mayTryAgain(of, failures)) failures++
  return failures + 1
}

describe('a job that failed', () => {
  it('is tried again as often as its fault is worth', () => {
    expect(attempts(reason('infra', 'weights_unavailable'))).toBe(20)
    expect(attempts(reason('infra', 'internal'))).toBe(5)
    expect(attempts(reason('capacity', 'unavailable'))).toBe(2)
    expect(attempts(reason('user', 'weights_unavailable', false))).toBe(1)
    expect(attempts(reason('data', 'dataset_corrupt', false))).toBe(1)
  })

  it('waits longer each time, up to ten minutes, and not exactly as long as others', () => {
    const waits = Array.from({ length: 12 }, (_, failures) => retryWaitMs(failures, 0))
    expect(waits.slice(0, 4)).toEqual([5000, 10_000, 20_000, 40_000])
    expect(waits.at(-1)).toBe(600_000)
    expect(retryWaitMs(3, 1)).toBe(30_000)
  })
})
