import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { namedPolicy } from '../../../src/zoo/augment/auto-augment.ts'
import { POLICIES } from '../../../src/zoo/augment/policies.ts'
import { mixSpace, policySpace, wideSpace, type SpaceOperation } from '../../../src/zoo/augment/spaces.ts'

type SpaceName = 'auto' | 'rand' | 'wide' | 'mix' | 'mixAll'

interface Oracle {
  policies: Record<keyof typeof POLICIES, [string, number, number | null][][]>
  width: number
  height: number
  spaces: Record<SpaceName, { name: string; signed: boolean; values: number[] }[]>
  pixels: Record<'auto' | 'rand' | 'mix', string>
}

const oracle = JSON.parse(readFileSync(new URL('../../oracles/augment-spaces.json', import.meta.url), 'utf8')) as Oracle

const SPACES: Record<SpaceName, readonly SpaceOperation[]> = {
  auto: policySpace(10),
  rand: policySpace(31),
  wide: wideSpace(31),
  mix: mixSpace(10, false),
  mixAll: mixSpace(10, true),
}

describe('policies', () => {
  it.each(Object.keys(POLICIES) as (keyof typeof POLICIES)[])('%s has the sub-policies of torchvision', (name) => {
    const ours = namedPolicy(name).map((steps) =>
      steps.map(({ op, probability, magnitude }) => [op, probability, magnitude]),
    )
    expect(ours).toEqual(oracle.policies[name].map((steps) => steps.map(([op, p, bin]) => [op, p, bin ?? 0])))
    expect(ours.length).toBe(25)
  })
})

describe('spaces', () => {
  it.each(Object.keys(SPACES) as SpaceName[])('%s has operations, signs and magnitudes of torchvision', (name) => {
    const expected = oracle.spaces[name].filter((operation) => name !== 'auto' || operation.name !== 'Invert')
    const space = SPACES[name].filter((operation) => name !== 'auto' || operation.name !== 'Identity')
    expect(space.map((operation) => [operation.name, operation.signed, operation.bins])).toEqual(
      expected.map((operation) => [operation.name, operation.signed, operation.values.length]),
    )
    space.forEach(({ at, bins }, i) => {
      for (let bin = 0; bin < bins; bin++) {
        const wanted = expected[i]?.values[bin] ?? NaN
        // torch's own last bit hangs on the processor's vectors.
        expect(Math.abs(at(bin, oracle) - wanted)).toBeLessThanOrEqual(Math.abs(wanted) * 2 ** -22)
      }
    })
  })

  it.each(['auto', 'rand', 'mix'] as const)(
    '%s moves by torchvision’s whole pixels on every side up to 512',
    (name) => {
      const { at, bins } = SPACES[name].find((operation) => operation.name === 'TranslateX')!
      const pixels = new Int32Array(512 * bins)
      for (let side = 1; side <= 512; side++)
        for (let bin = 0; bin < bins; bin++) pixels[(side - 1) * bins + bin] = at(bin, { width: side, height: side })
      expect(crc32(pixels).toString(16).padStart(8, '0')).toBe(oracle.pixels[name])
    },
  )

  it('takes magnitudes between two bins', () => {
    const { at } = SPACES.auto.find((operation) => operation.name === 'ShearX')!
    expect(at(4.5, oracle)).toBeCloseTo(0.15, 7)
    expect(at(2.25, oracle)).toBeCloseTo(0.075, 7)
  })
})
