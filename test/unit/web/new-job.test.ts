import { describe, expect, it } from 'vitest'
import { changedSpec } from '../../../src/job-spec/changed-spec.ts'
import { gridPoints } from '../../../src/job-spec/space.ts'
import { rungsOf } from '../../../src/service/halving.ts'
import { JobSettings } from '../../../src/service/job-settings.ts'
import { SweepRequest } from '../../../src/service/sweep-resources.ts'
import { draftKey, keptDraft, newDraft, typedSpec } from '../../../src/web/new-job/draft.ts'
import { pointersOf } from '../../../src/web/new-job/pointers.ts'
import { placeOf, placesIn } from '../../../src/web/new-job/json-places.ts'
import { forkRequest, jobRequest, patched, sweepRequest } from '../../../src/web/new-job/requests.ts'
import { SETTINGS_SCHEMA } from '../../../src/web/new-job/settings-schema.ts'
import { budgetsOf, listed, newField, spaceOf, trialsOf } from '../../../src/web/new-job/space.ts'
import { HALVING_SCHEMA, POLICY_SEARCH_SCHEMA, RANGE_TEST_SCHEMA } from '../../../src/web/new-job/sweep-schemas.ts'

const draft = newDraft({ dataset: 'ds_1', version: 2, name: 'a run', tags: 'x, y z ,', settings: { priority: 3 } })

describe('a draft', () => {
  it('comes back from a reload, unless it is from another version of the page', () => {
    expect(keptDraft(JSON.stringify(draft), newDraft({}))).toEqual(draft)
    for (const kept of [null, '{', '[]', '{"kind": "job"}', JSON.stringify({ ...draft, varied: 'none' })])
      expect(keptDraft(kept, draft)).toBe(draft)
    expect(draftKey(['a', undefined])).not.toBe(draftKey([undefined, 'a']))
  })

  it('says why a text is no spec', () => {
    expect(typedSpec('{"seed": 1}')).toEqual({ spec: { seed: 1 } })
    expect(typedSpec('')).toEqual({ spec: {} })
    expect(typedSpec('[]')).toHaveProperty('problem')
    expect(typedSpec('{"seed": }')).toHaveProperty('problem')
  })

  it('becomes a request', () => {
    expect(jobRequest(draft, { seed: 1 })).toEqual({
      seed: 1,
      name: 'a run',
      dataset: 'ds_1@2',
      priority: 3,
      tags: ['x', 'y z'],
    })
    expect(forkRequest({ ...draft, checkpoint: 'ckpt_1' }, { seed: 1 }, 'ds_1@2')).toEqual({
      mode: 'weights',
      checkpoint: 'ckpt_1',
      spec: { seed: 1, name: 'a run' },
      priority: 3,
      tags: ['x', 'y z'],
    })
    expect(forkRequest(draft, {}, 'ds_1@1').spec).toEqual({ name: 'a run', dataset: 'ds_1@2' })
    const varied = [{ ...newField('/seed'), min: '1', max: '9', integer: true }]
    expect(sweepRequest({ ...draft, varied, trials: '4' }, 'random', {})).toMatchObject({
      kind: 'random',
      trials: 4,
      space: { '/seed': { min: 1, max: 9, scale: 'linear', integer: true } },
      objective: { metric: 'val/accuracy' },
    })
    expect(sweepRequest(draft, 'range-test', {})).not.toHaveProperty('space')
  })

  it('changes a spec as the service does', () => {
    const spec = { optimizer: { name: 'sgd', momentum: 0.9 }, budget: { epochs: 3 }, seed: 1 }
    for (const changes of [
      { optimizer: { momentum: 0.8 } },
      { optimizer: { name: 'adam' } },
      { budget: { steps: 9 } },
      { seed: null, mix: 'mixup' },
    ])
      expect(patched(spec, changes)).toEqual(changedSpec(spec as never, changes))
  })
})

describe('the fields that vary', () => {
  const rate = { ...newField('/schedule/learningRate'), min: '0.01', max: '1', scale: 'log' as const, points: '3' }
  const models = { ...newField('/model'), way: 'values' as const, values: 'resnet20, resnet32' }

  it('are values of any type, or a range', () => {
    expect(listed('0.1, adam, true')).toEqual([0.1, 'adam', true])
    expect(listed('"a, b", {"name": "sgd"}')).toEqual(['a, b', { name: 'sgd' }])
    expect(listed(' ')).toEqual([])
    expect(spaceOf([rate], true)).toEqual({
      '/schedule/learningRate': { min: 0.01, max: 1, scale: 'log', points: 3 },
    })
  })

  it('say how many trials there will be', () => {
    expect(trialsOf('grid', [rate, models], 20)).toBe(gridPoints(spaceOf([rate, models], true)).length)
    expect(trialsOf('random', [rate, models], 20)).toBe(20)
    expect(trialsOf('random', [models], 20)).toBe(2)
    expect(trialsOf('grid', [], 20)).toBeNull()
    expect(trialsOf('grid', [{ ...rate, max: '' }], 20)).toBeNull()
  })

  it('are components and what is in them', () => {
    const spec = { dataset: 'ds_1', optimizer: { name: 'sgd', momentum: 0.9 }, image: { size: 32 }, seed: 0 }
    const found = pointersOf(spec)
    expect(found[0]).toBe('/schedule/learningRate')
    expect(found).toEqual(expect.arrayContaining(['/optimizer', '/optimizer/momentum', '/image/size']))
    expect(found.filter((pointer) => pointer === '/seed')).toHaveLength(1)
    expect(found).not.toContain('/dataset')
  })

  it('cost less with successive halving', () => {
    const halving = { eta: 3, minimum: 0.1 }
    const [first = 0, second = 0] = rungsOf(halving)
    expect(budgetsOf('random', 27, halving)).toBe(27)
    expect(budgetsOf('asha', 27, halving)).toBeCloseTo(27 * first + 9 * (second - first) + 3 * (1 - second))
  })
})

describe('places in JSON', () => {
  it('are found by pointer, or around it', () => {
    const text = '{\n  "a/b": [1, {"c": "x, ]}\\""}],\n  "d": {}\n}'
    const places = placesIn(text)
    const cut = (pointer: string): string => {
      const { start, end } = placeOf(places, pointer) ?? { start: 0, end: 0 }
      return text.slice(start, end)
    }
    expect(cut('/a~1b/1/c')).toBe('"x, ]}\\""')
    expect(cut('/a~1b/0')).toBe('1')
    expect(placeOf(places, '/d/missing')).toMatchObject({ line: 3 })
    expect(cut('')).toBe(text)
    expect(placesIn('{').size).toBe(0)
  })
})

describe('the forms beside the spec', () => {
  it('have the fields of the service', () => {
    const { properties } = SweepRequest
    const settings = JobSettings.properties
    const beside = Object.keys(settings).filter((key) => key !== 'tags' && key !== 'notes')
    expect(Object.keys(SETTINGS_SCHEMA.properties ?? {})).toEqual(beside)
    expect(Object.keys(SETTINGS_SCHEMA.properties?.['resources']?.properties ?? {})).toEqual(
      Object.keys(settings.resources.properties),
    )
    for (const [own, theirs] of [
      [HALVING_SCHEMA, properties.asha],
      [RANGE_TEST_SCHEMA, properties.rangeTest],
      [POLICY_SEARCH_SCHEMA, properties.policySearch],
    ] as const)
      for (const [key, schema] of Object.entries(theirs.properties)) {
        const { default: fallback, description } = schema as { default?: unknown; description?: string }
        expect(own.properties?.[key]).toMatchObject({
          description,
          ...(fallback === undefined ? {} : { default: fallback }),
        })
      }
  })
})
