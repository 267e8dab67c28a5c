import { describe, expect, it } from 'vitest'
import { differingFields, fieldAt, fieldsOf, pathOf, written } from '../../../src/web/shared/spec-fields.ts'

const spec = { batchSize: 8, loss: { name: 'cross-entropy', labelSmoothing: 0.1 }, augment: ['flip'], empty: {} }

describe('fields of a spec', () => {
  it('are found by their paths, lists as one', () => {
    expect([...fieldsOf(spec).keys()]).toEqual(['batchSize', 'loss.name', 'loss.labelSmoothing', 'augment', 'empty'])
    expect(fieldsOf(null).size).toBe(0)
    expect(fieldAt(spec, 'loss.labelSmoothing')).toBe(0.1)
    expect(fieldAt(spec, 'batchSize.of')).toBeUndefined()
  })

  it('are written as a person does', () => {
    expect([undefined, 'adam', 0.1, ['a']].map(written)).toEqual(['–', 'adam', '0.1', '["a"]'])
    expect(pathOf('/loss/a~1b')).toBe('loss.a/b')
  })

  it('differ where one value is another, or is missing', () => {
    const other = { ...spec, batchSize: 16, loss: { name: 'cross-entropy' } }
    expect(differingFields([spec, other, spec])).toEqual(['batchSize', 'loss.labelSmoothing'])
    expect(differingFields([spec, { ...spec }])).toEqual([])
  })
})
