import { expect, it } from 'vitest'
import { sharedSerializers } from '../../../src/api/serializers.ts'

const route = (url: string, property: string) => ({
  method: 'GET',
  url,
  httpStatus: '200',
  schema: { type: 'object', properties: { [property]: { type: 'string' } } },
})

it('routes whose answers have the same schema share what serialises them, and others do not', () => {
  const serializerOf = sharedSerializers(undefined, {})
  const [first, same, other] = [route('/a', 'id'), route('/b', 'id'), route('/c', 'name')].map(serializerOf)
  expect(same).toBe(first)
  expect(first?.({ id: 'x', name: 'y' })).toBe('{"id":"x"}')
  expect(other?.({ id: 'x', name: 'y' })).toBe('{"name":"y"}')
})
