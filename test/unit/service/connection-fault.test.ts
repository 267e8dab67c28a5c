import { describe, expect, it } from 'vitest'
import { isConnectionFault } from '../../../src/service/connection-fault.ts'

const withCode = (code: string, message = 'it failed'): Error => Object.assign(new Error(message), { code })

describe('a fault of the connection', () => {
  it.each([
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a pool with no connection left', withCode('P2024')],
    ['a server that shuts down', withCode('57P01')],
    ['a server that starts up', withCode('57P03')],
    ['a full disk', withCode('53100')],
    ['a deadlock, which the same call survives', withCode('40P01')],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
    ['a cause further down', new Error('query failed', { cause: { meta: { driverAdapterError: withCode('08006') } } })],
    ['one of several', new AggregateError([new Error('x'), withCode('ETIMEDOUT')])],
  ])('is %s', (_, error) => {
    expect(isConnectionFault(error)).toBe(true)
  })

  it.each([
    ['text that jsonb cannot hold', withCode('22P05', 'unsupported Unicode escape sequence')],
    ['a NUL in a text', withCode('22021', 'invalid byte sequence for encoding "UTF8": 0x00')],
    ['a broken constraint', withCode('P2002')],
    ['a number out of range', withCode('22003')],
    ['a mistake of ours', new TypeError('x is not a function')],
    ['nothing', undefined],
  ])('is not %s', (_, error) => {
    expect(isConnectionFault(error)).toBe(false)
  })

  it('is found in a circle of causes', () => {
    const circle = new Error('a', { cause: undefined })
    circle.cause = new Error('b', { cause: circle })
    expect(isConnectionFault(circle)).toBe(false)
  })
})
