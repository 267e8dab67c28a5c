import { expect, it } from 'vitest'
import { lossText, subPolicyText } from '../../../src/web/policies/sub-policies.ts'

it('says in words what a sub-policy does', () => {
  const operations = [
    { op: 'TranslateX', probability: 0.4, magnitude: 8 },
    { op: 'Invert', probability: 1, magnitude: 3 },
  ] as const
  expect(subPolicyText(operations)).toBe('translate x with probability 0.4, magnitude 8 of 9; then invert always')
  expect(lossText(null)).toBe('–')
  expect(lossText(0.12345)).toBe('0.1235')
})
