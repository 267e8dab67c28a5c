import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { PrintedLine } from '../../../src/service/ports/gangs.ts'
import type { OutputListener, ProcessOutput } from '../../../src/train/process/output.ts'
import { MemberOutput } from '../../../src/worker/logs/member-output.ts'

/** A process that has printed something and ended. */
const printed = (...lines: string[]): ProcessOutput => ({
  listen(listener: OutputListener) {
    for (const line of lines) listener('stderr', Buffer.from(`${line}\n`))
  },
  last: () => '',
  ended: Promise.resolve(),
})

/** A leader that takes lines after so many looks, as long as the member takes part. */
function leader({ takesPart = true, looks = 0 } = {}) {
  const sent: PrintedLine[] = []
  let looked = 0
  const output = new MemberOutput({
    send(lines) {
      if (takesPart) sent.push(...lines)
      return Promise.resolve(takesPart)
    },
    isTaken: () => Promise.resolve(looked++ >= looks),
    log: pino({ level: 'silent' }),
    secrets: ['hunter22'],
    folders: ['/srv/anneal'],
  })
  return { output, sent, looks: () => looked }
}

describe('what the ranks of a member print', () => {
  it('goes to the leader with the rank, without secrets and folders', async () => {
    const { output, sent } = leader()
    output.listen(2, printed('the password is hunter22', 'reads /srv/anneal/work/file'))
    output.listen(3, printed('a line'))
    await output.close({ untilTaken: false })
    expect(sent.map(({ rank, stream }) => [rank, stream])).toEqual([
      [2, 'stderr'],
      [2, 'stderr'],
      [3, 'stderr'],
    ])
    expect(sent[0]?.text).toBe('the password is [redacted]')
    expect(sent[1]?.text).not.toContain('/srv')
    expect(sent[2]?.text).toBe('a line')
  })

  it('is cut with a note where there is too much of it at a time', async () => {
    const { output, sent } = leader()
    output.listen(1, printed(...Array.from({ length: 700 }, (_, i) => `line ${i}`)))
    await output.close({ untilTaken: false })
    expect(sent).toHaveLength(501)
    expect(sent.at(-1)).toEqual({ rank: 1, stream: 'stderr', text: '… (200 more lines)' })
  })

  it('is waited for until the leader has it, and not where the member takes part no more', async () => {
    const slow = leader({ looks: 2 })
    slow.output.listen(1, printed('a line'))
    await slow.output.close({ untilTaken: true })
    expect(slow.looks()).toBe(3)
    const gone = leader({ takesPart: false })
    gone.output.listen(1, printed('a line'))
    await gone.output.close({ untilTaken: true })
    expect(gone.looks()).toBe(0)
  })
})
