import { describe, expect, it } from 'vitest'
import { JobSpec } from '../../../src/job-spec/schema.ts'
import { chosenOf, startOf, withOption } from '../../../src/web/shared/spec-form/chosen.ts'
import { alternativesOf, formSchema, type Alternative } from '../../../src/web/shared/spec-form/form-schema.ts'
import { pathOf, pointerOf, valueAt, withValue, words } from '../../../src/web/shared/spec-form/value-paths.ts'

const form = formSchema(JobSpec)
const field = (name: string) => {
  const schema = form.schema.properties?.[name]
  if (typeof schema !== 'object') throw new Error(`The form has no field ${name}.`)
  return schema
}
const named = (alternatives: readonly Alternative[], id: string): Alternative => {
  const found = alternatives.find((each) => each.id === id)
  if (found === undefined) throw new Error(`There is no alternative ${id}.`)
  return found
}

describe('the schema of the form', () => {
  it('writes no default into the value, and keeps it to be shown', () => {
    expect(JSON.stringify(form.schema)).not.toMatch(/"(default|anyOf|const)":/)
    const sgd = named(alternativesOf(field('optimizer')), 'sgd').form?.schema.properties?.['momentum']
    expect(sgd).toMatchObject({ type: 'number', fallback: 0.9 })
  })

  it('has one alternative for a name and its options', () => {
    const ids = alternativesOf(field('loss')).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(alternativesOf(field('loss')).every(({ kind }) => kind === 'named')).toBe(true)
    expect(alternativesOf(field('averaging')).map(({ id }) => id)).toEqual(['none', 'swa', 'ema', 'a list'])
  })

  it('knows the sources of pretrained weights', () => {
    const { form: resnet } = named(alternativesOf(field('model')), 'resnet50')
    const pretrained = resnet?.schema.properties?.['pretrained']
    if (typeof pretrained !== 'object') throw new Error('There is no field pretrained.')
    expect(alternativesOf(pretrained).map(({ id }) => id)).toEqual([
      'none',
      'imagenet',
      'by url',
      'by file',
      'by checkpoint',
    ])
  })
})

describe('a choice', () => {
  const optimizers = alternativesOf(field('optimizer'))
  const sgd = named(optimizers, 'sgd')

  it('is known by its name, alone or with options', () => {
    expect(chosenOf(optimizers, 'adam')?.id).toBe('adam')
    expect(chosenOf(optimizers, { name: 'lamb', eps: 1 })?.id).toBe('lamb')
    expect(chosenOf(optimizers, { momentum: 0.8 })).toBeUndefined()
    expect(chosenOf(optimizers, undefined)).toBeUndefined()
    expect(startOf(sgd)).toBe('sgd')
  })

  it('gets options, and loses them again', () => {
    expect(withOption('sgd', sgd, ['momentum'], 0.8)).toEqual({ name: 'sgd', momentum: 0.8 })
    expect(withOption({ name: 'sgd', momentum: 0.8 }, sgd, ['momentum'], undefined)).toBe('sgd')
    expect(withOption(undefined, sgd, ['momentum'], 0.8)).toEqual({ momentum: 0.8 })
    expect(withOption({ momentum: 0.8 }, sgd, ['momentum'], undefined)).toBeUndefined()
    const oversample = named(alternativesOf(field('sampling')), 'power')
    expect(withOption(undefined, oversample, ['exponent'], 0.5)).toEqual({ name: 'power', exponent: 0.5 })
  })

  it('tells a number from a constant', () => {
    const [, threshold] = alternativesOf(field('openSet'))
    const value = threshold?.form?.schema.properties?.['value']
    if (typeof value !== 'object') throw new Error('There is no field value.')
    expect(chosenOf(alternativesOf(value), 'auto')?.kind).toBe('constant')
    expect(chosenOf(alternativesOf(value), 0.4)?.id).toBe('a number')
  })
})

describe('values by path', () => {
  it('are read and changed', () => {
    const spec = { augment: ['horizontal-flip', { name: 'cutout', side: 4 }], image: { size: 32 } }
    expect(valueAt(spec, ['augment', 1, 'side'])).toBe(4)
    expect(withValue(spec, ['augment', 1, 'side'], 8)).toEqual({
      augment: ['horizontal-flip', { name: 'cutout', side: 8 }],
      image: { size: 32 },
    })
    expect(withValue(spec, ['image', 'size'], undefined)).toEqual({ augment: spec.augment })
    expect(pathOf(pointerOf(['a/b', '~', 0]))).toEqual(['a/b', '~', '0'])
    expect(words('labelSmoothing')).toBe('Label smoothing')
  })
})
