import { describe, expect, it } from 'vitest'
import { AppError, type ErrorDetail } from '../../../src/errors.ts'
import { savedPolicyNames, withPolicyFiles, type Policy, type SavedPolicies } from '../../../src/job-spec/policies.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'

const facts = {
  classes: ['a', 'b'],
  channels: 3,
  medianSide: 32,
  counts: { train: 1000, val: 100, test: 100 },
  classCounts: { train: [500, 500] },
}
const turned: Policy = [[{ op: 'Rotate', probability: 0.5, magnitude: 3 }], [{ op: 'Equalize', probability: 1 }]]
const drawn: Policy = { numOps: 3, magnitude: 12 }
const policies: SavedPolicies = {
  policies: new Map<string, Policy>([
    ['turned', turned],
    ['drawn', drawn],
  ]),
  names: ['turned', 'drawn', 'another'],
}
const auto = (policy: unknown): object => ({ name: 'auto-augment', policy })
const resolve = (spec: object, given: SavedPolicies | 'unread' = policies) =>
  resolveSpec(spec, facts, { pretrained: [], device: 'cpu', policies: given })

function mistakes(run: () => unknown): ErrorDetail[] {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return error.errors
  }
  throw new Error('expected an AppError')
}

describe('a saved policy', () => {
  it('stands in full in the resolved spec, which says where it came from and resolves to itself with no team', () => {
    const { spec, hash, reasons } = resolve({ augment: ['horizontal-flip', auto('turned')] })
    expect(spec.augment[1]).toEqual({ ...auto(turned), interpolation: 'nearest', fill: 0 })
    expect(reasons['/augment/1/policy']).toBe('the saved policy turned')
    expect(resolveSpec(spec, facts).hash).toBe(hash)
  })

  it('is found in stages and inside of other augmentations', () => {
    const { spec } = resolve({
      augment: [{ name: 'one-of', of: [auto('drawn'), 'grayscale'] }],
      stages: [{ share: 0.5 }, { share: 0.5, augment: [auto('turned')] }],
    })
    expect((spec.augment[0] as unknown as { of: object[] }).of[0]).toMatchObject(auto(drawn))
    expect(spec.stages?.[1]?.augment?.[0]).toMatchObject(auto(turned))
  })

  it('that is not known is refused with those that are', () => {
    expect(mistakes(() => resolve({ augment: [auto('turnd')] }))).toEqual([
      {
        pointer: '/augment/0/policy',
        detail:
          'unknown policy "turnd"; did you mean "turned"? Known are imagenet, cifar10, svhn, turned, drawn, another',
      },
    ])
    expect(mistakes(() => resolveSpec({ augment: [auto('turned')] }, facts))[0]?.detail).toContain(
      'Known are imagenet, cifar10, svhn',
    )
  })

  it('is asked for by name only where no built-in one is meant', () => {
    const spec = { augment: [auto('svhn'), auto('turned'), { name: 'one-of', of: [auto('drawn')] }, 'auto-augment'] }
    expect(savedPolicyNames(spec)).toEqual(['turned', 'drawn'])
    expect(savedPolicyNames('no spec')).toEqual([])
  })

  it('may go unread, where only the defaults of a spec are wanted', () => {
    expect(resolve({ augment: [auto('whatever')] }, 'unread').spec.augment[0]).toMatchObject(auto('imagenet'))
  })
})

describe('a policy from a file', () => {
  it('is read by the command', () => {
    const read = (file: string): unknown => (file === 'p.json' ? turned : undefined)
    expect(withPolicyFiles({ augment: [auto({ file: 'p.json' })] }, read)).toEqual({ augment: [auto(turned)] })
  })

  it('is refused where there are no files', () => {
    expect(mistakes(() => resolve({ augment: [auto({ file: 'p.json' })] }))[0]).toMatchObject({
      pointer: '/augment/0/policy',
      detail: expect.stringContaining('only the command reads files') as string,
    })
  })
})

describe('a policy in full', () => {
  it.each([
    [[[{ op: 'Rotte', probability: 0.5 }]], '/augment/0/policy/0/0/op'],
    [[[{ op: 'Rotate', probability: 1.5 }]], '/augment/0/policy/0/0/probability'],
    [[[{ op: 'Rotate', probability: 1, magnitude: 10 }]], '/augment/0/policy/0/0/magnitude'],
    [[[]], '/augment/0/policy/0'],
    [[], '/augment/0/policy'],
    [{ numOps: 0, magnitude: 3 }, '/augment/0/policy/numOps'],
    [{ numOps: 2, magnitude: 3, more: 1 }, '/augment/0/policy'],
  ])('%j is refused at %s', (policy, pointer) => {
    expect(mistakes(() => resolve({ augment: [auto(policy)] })).map((error) => error.pointer)).toContain(pointer)
  })
})
