import { describe, expect, it } from 'vitest'
import { resumedBytes, type RangeAnswer } from '../../../src/network/resumed-bytes.ts'

const CONTENT = Buffer.from('0123456789')
const broken = new Error('socket hang up')

/** A server that gives so many bytes with each answer, and then breaks the connection or ends the answer. */
function server(answers: readonly { bytes: number; breaks?: boolean }[]) {
  const asked: [number, string | undefined][] = []
  const open = (position: number, etag: string | undefined): Promise<RangeAnswer> => {
    const { bytes, breaks = false } = answers[Math.min(asked.length, answers.length - 1)]!
    asked.push([position, etag])
    async function* body(): AsyncGenerator<Buffer> {
      yield CONTENT.subarray(position, position + bytes)
      if (breaks) throw broken
    }
    return Promise.resolve({ body: body(), bytes: CONTENT.byteLength - position, etag: 'v1' })
  }
  return { open, asked }
}

async function read({ open }: Pick<ReturnType<typeof server>, 'open'>, more: object = {}): Promise<string> {
  const options = { open, isFinal: () => false, maxFailures: 2, waitMs: 1, ...more }
  const chunks: Buffer[] = []
  for await (const chunk of resumedBytes(options)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('reading over broken connections', () => {
  it('resumes where one broke or was cut short, in the same version of the content', async () => {
    const once = server([{ bytes: 4, breaks: true }, { bytes: 3 }, { bytes: 10 }])
    expect(await read(once)).toBe('0123456789')
    expect(once.asked).toEqual([
      [0, undefined],
      [4, 'v1'],
      [7, 'v1'],
    ])
  })

  it('has everything where a connection breaks after the last byte', async () => {
    const late = server([{ bytes: 10, breaks: true }])
    expect(await read(late, { start: 3 })).toBe('3456789')
    expect(late.asked).toHaveLength(1)
  })

  it('gives up after failures with no byte in between, and at once after what asking again does not help', async () => {
    const silent = server([{ bytes: 0 }])
    await expect(read(silent)).rejects.toThrow('cut short at byte 0')
    expect(silent.asked).toHaveLength(3)
    let asked = 0
    const refusing = { open: () => Promise.reject(new Error(`refused ${++asked}`)) }
    await expect(read(refusing, { isFinal: () => true })).rejects.toThrow('refused 1')
  })

  it('ends when it is aborted', async () => {
    const aborted = server([{ bytes: 0, breaks: true }])
    await expect(read(aborted, { signal: AbortSignal.abort() })).rejects.toThrow('socket hang up')
    expect(aborted.asked).toHaveLength(1)
  })
})
