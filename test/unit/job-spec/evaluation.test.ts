import { describe, expect, it } from 'vitest'
import { resolveEvaluation } from '../../../src/job-spec/evaluation.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { corruptions } from '../../../src/zoo/corruptions/registry.ts'

const evaluation = (written: object) => resolveEvaluation(parseSpec({ evaluation: written }).evaluation!)

describe('what a spec asks the report to measure', () => {
  it('is nothing more by default, and all corruptions in all severities by one word', () => {
    expect(evaluation({}).corruptions).toEqual([])
    const all = evaluation({ corruptions: 'all' })
    expect(all).toMatchObject({ severities: [1, 2, 3, 4, 5], images: 10_000 })
    expect(all.corruptions).toEqual(corruptions.map(({ name }) => name))
    expect(evaluation(all)).toEqual(all)
  })

  it('has test-time augmentation with every option, its parts included', () => {
    expect(evaluation({ testTimeAugmentation: { name: 'augmented', of: ['random-crop'] } })).toMatchObject({
      testTimeAugmentation: { name: 'augmented', views: 8, average: 'probabilities', of: [{ name: 'random-crop' }] },
    })
    expect(evaluation({}).testTimeAugmentation).toEqual({ name: 'none' })
  })

  it.each([
    [{ corruptions: ['gauss'] }, '/evaluation/corruptions/0 must be one of gaussian-noise, shot-noise,'],
    [{ corruptions: 'fog' }, '/evaluation/corruptions must be one of all, a JSON array'],
    [{ corruptions: ['fog'], severities: [6] }, '/evaluation/severities/0 must be one of 1, 2, 3, 4, 5'],
    [{ corruptions: ['fog'], severities: [] }, '/evaluation/severities must NOT have fewer than 1 items'],
    [{ testTimeAugmentation: 'flips' }, '/evaluation/testTimeAugmentation unknown name "flips"; did you mean'],
    [{ testTimeAugmentation: { name: 'multi-crop', keep: 2 } }, '/evaluation/testTimeAugmentation/keep must be <= 1'],
    [
      { testTimeAugmentation: { name: 'augmented', of: ['gaussian-blurr'] } },
      '/evaluation/testTimeAugmentation/of/0 unknown name "gaussian-blurr"; did you mean "gaussian-blur"?',
    ],
    [{ corruption: 'all' }, '/evaluation/corruption unknown key "corruption"; did you mean "corruptions"?'],
  ])('%j is refused, with what would be right', (written, message) => {
    expect(() => evaluation(written)).toThrow(message)
  })
})
