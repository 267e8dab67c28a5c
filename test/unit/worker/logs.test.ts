import { describe, expect, it } from 'vitest'
import { containing, lineId, linesOf, storedText } from '../../../src/service/log-resources.ts'
import { createSealer } from '../../../src/service/sealing.ts'
import { MAX_TRIES, retryAfterMs } from '../../../src/service/webhook-retries.ts'
import { lineSplitter } from '../../../src/train/process/line-splitter.ts'
import { pendingLines } from '../../../src/worker/logs/pending-lines.ts'
import { redacted, secretsOf } from '../../../src/worker/logs/secrets.ts'
import { slackText } from '../../../src/worker/webhooks/slack-text.ts'

describe('lines of a process', () => {
  const split = (...chunks: (string | Buffer)[]): string[] => {
    const lines: string[] = []
    const splitter = lineSplitter((line) => lines.push(line))
    for (const chunk of chunks) splitter.write(Buffer.from(chunk))
    splitter.end()
    return lines
  }

  it('are split wherever chunks end, in the middle of a character too', () => {
    const bytes = Buffer.from('grün\r\nblau\n\nrot')
    for (let at = 0; at <= bytes.length; at++)
      expect(split(bytes.subarray(0, at), bytes.subarray(at))).toEqual(['grün', 'blau', '', 'rot'])
  })

  it('that never end are cut, in bounded memory', () => {
    const [line, next] = split(...Array.from({ length: 1000 }, () => 'x'.repeat(1000)), '\nnext\n')
    expect(line?.length).toBeLessThan(4100)
    expect(line).toMatch(/… \(cut\)$/)
    expect(next).toBe('next')
  })

  it('lose the middle of a burst, not its numbers', () => {
    const pending = pendingLines()
    for (let i = 0; i < 20_000; i++) pending.add({ atMs: 0, stream: 'stdout', text: 'y'.repeat(100) })
    const lines = pending.take()
    expect(lines[0]?.number).toBe(0)
    expect(lines.at(-1)?.number).toBe(19_999)
    expect(lines.length).toBeLessThan(6000)
    expect(pending.take()).toEqual([])
  })

  it('are stored and read again, with ids in their order', () => {
    const stored = storedText([
      { atMs: 0, stream: 'stderr', text: 'a\u2028"b' },
      { atMs: 1, stream: 'anneal', text: '' },
    ])
    const lines = linesOf(stored, { attempt: 2, number: 9 })
    expect(lines.map(({ stream, text }) => [stream, text])).toEqual([
      ['stderr', 'a\u2028"b'],
      ['anneal', ''],
    ])
    expect(lines.map(({ id }) => lineId.parse(id))).toEqual([
      { attempt: 2, number: 9 },
      { attempt: 2, number: 10 },
    ])
    expect(lines.filter(containing('B')).length).toBe(1)
  })
})

describe('secrets of an environment', () => {
  it('are what its names say, and passwords in addresses', () => {
    const environment = {
      AWS_SECRET_ACCESS_KEY: 'abcdefghij',
      DATABASE_URL: 'postgresql://me:p%40ssword@host/db',
      PATH: '/usr/bin',
      SHORT_KEY: 'abc',
    }
    const secrets = secretsOf(environment)
    expect(redacted('abcdefghij p%40ssword p@ssword /usr/bin abc', secrets)).toBe(
      '[redacted] [redacted] [redacted] /usr/bin abc',
    )
  })
})

describe('a sealed text', () => {
  it('is opened with the same key alone, and what was stored without a key stays readable', () => {
    const sealer = createSealer('k'.repeat(32))
    const sealed = sealer.seal('whsec_x')
    expect(sealed).not.toContain('whsec')
    expect(sealer.open(sealed)).toBe('whsec_x')
    expect(() => createSealer('j'.repeat(32)).open(sealed)).toThrow()
    expect(() => createSealer(undefined).open(sealed)).toThrow(/ANNEAL_SECRET_KEY/)
    expect(sealer.open(createSealer(undefined).seal('plain'))).toBe('plain')
  })
})

describe('retries of a message', () => {
  it('go on for three days, spread by chance, and wait as long as the receiver asks', () => {
    const waits = Array.from({ length: MAX_TRIES }, (_, i) => retryAfterMs(i + 1, { chance: 0.5 }))
    expect(waits[0]).toBe(5000)
    expect(waits.at(-1)).toBeUndefined()
    const hours = waits.reduce((sum: number, ms) => sum + (ms ?? 0), 0) / 3_600_000
    expect(hours).toBeGreaterThan(70)
    expect(retryAfterMs(1, { chance: 0 })).toBe(4000)
    expect(retryAfterMs(1, { chance: 1 })).toBe(6000)
    expect(retryAfterMs(1, { chance: 0.5, askedMs: 60_000 })).toBe(60_000)
    expect(retryAfterMs(1, { chance: 0.5, askedMs: 1e12 })).toBe(86_400_000)
  })
})

describe('a text for chats', () => {
  it('says what happened to what', () => {
    const data = { id: 'ds_1', name: 'pets', version: 2, state: 'ready' }
    expect(slackText({ type: 'dataset.ready', data })).toBe('Data set *pets* version 2 (ds_1) is ready')
    expect(slackText({ type: 'job.succeeded', data: { id: 'job_1', name: '', accuracy: 0.91 } })).toBe(
      'Job (job_1) succeeded, test accuracy 91.00 %',
    )
    expect(slackText({ type: 'webhook.test', data: {} })).toMatch(/test/)
  })
})
