import { pino } from 'pino'
import { expect, it } from 'vitest'
import { untilWritten } from '../../../src/worker/until-written.ts'

it('a write is tried until it succeeds, and the log says what is in its way', async () => {
  const lines: string[] = []
  const log = pino({}, { write: (line) => void lines.push(line) })
  let tries = 0
  const result = await untilWritten(
    () =>
      ++tries < 4
        ? Promise.reject(Object.assign(new Error(`away ${tries}`), { code: 'ECONNREFUSED' }))
        : Promise.resolve('written'),
    { log, id: 'job_1' },
  )
  expect([result, tries]).toEqual(['written', 4])
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { event: 'write_failed', id: 'job_1', attempt: 1, error: 'away 1' },
    { event: 'write_failed', id: 'job_1', attempt: 2, error: 'away 2' },
  ])
})

it('a write that can never succeed is not tried again', async () => {
  let tries = 0
  const write = (): Promise<never> => {
    tries++
    return Promise.reject(Object.assign(new Error('unsupported Unicode escape sequence'), { code: '22P05' }))
  }
  await expect(untilWritten(write, { log: pino({ level: 'silent' }), id: 'ds_1' })).rejects.toThrow('Unicode')
  expect(tries).toBe(1)
})
