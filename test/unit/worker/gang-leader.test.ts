import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { LostMember, PrintedLine } from '../../../src/service/ports/gangs.ts'
import type { JobClaim } from '../../../src/service/ports/job-claims.ts'
import type { Reason } from '../../../src/service/resources.ts'
import type { TrainEvent } from '../../../src/train/process/events.ts'
import { LeaseLost } from '../../../src/worker/claimed-job.ts'
import { announceMeeting, followMembers, meetingPlace, withMembersReason } from '../../../src/worker/gang-leader.ts'

const LOST = {
  type: 'failed',
  code: 'rank_lost',
  fault: 'infra',
  retryable: true,
  detail: 'Connection closed.',
} as const
const gang = { devices: 2, firstRank: 0, address: '127.0.0.1', store: null }
const ALONE = { id: 'job_1', token: 3 } as JobClaim
const CLAIM: JobClaim = { ...ALONE, gang }

const reason = (code: string, fault: Reason['fault'] = 'infra'): Reason => ({
  code,
  fault,
  retryable: true,
  detail: `Rank 2 of 3 failed: ${code}.`,
})

/** A store of which the members are asked, each time with another answer. */
function store({
  lost = [[]],
  held = true,
  lines = [],
}: { lost?: LostMember[][]; held?: boolean; lines?: PrintedLine[] } = {}) {
  const opened: string[] = []
  let asked = 0
  return {
    opened,
    openGang: (_id: string, _token: number, at: string) => Promise.resolve(held && opened.push(at) > 0),
    lostMembers: () => Promise.resolve(lost[Math.min(asked++, lost.length - 1)] ?? []),
    renewSeat: () => Promise.resolve(true),
    leaveSeat: () => Promise.resolve(),
    printInGang: () => Promise.resolve(true),
    isPrinted: () => Promise.resolve(true),
    takePrinted: () => Promise.resolve(lines.splice(0)),
  }
}

describe('the worker that leads', () => {
  it('leaves the port to its trainer, and tells the others once that is open', async () => {
    const members = store()
    const meeting = meetingPlace(CLAIM)
    expect(meeting).toMatchObject({ here: 2, address: '127.0.0.1' })
    expect(meeting?.store).toMatch(/^tcp:\/\/127\.0\.0\.1:0\/[0-9a-f]{32}$/)
    expect(members.opened).toEqual([])
    await announceMeeting(CLAIM, 'tcp://127.0.0.1:4000/secret', { store: members })
    expect(members.opened).toEqual(['tcp://127.0.0.1:4000/secret'])
  })

  it('is lost itself where the job has a newer token, and has nobody to meet where it runs alone', async () => {
    const announced = announceMeeting(CLAIM, 'tcp://127.0.0.1:4000/secret', { store: store({ held: false }) })
    await expect(announced).rejects.toThrow(LeaseLost)
    expect(meetingPlace(ALONE)).toBeUndefined()
  })

  it('has the log show what members print, with the rank of each line', async () => {
    const lines: PrintedLine[] = [
      { rank: 1, stream: 'stderr', text: 'a warning' },
      { rank: 2, stream: 'stdout', text: 'a line' },
    ]
    const shown: string[] = []
    const printed = { line: (stream: string, text: string) => void shown.push(`${stream} ${text}`) }
    const members = followMembers(CLAIM, { store: store({ lines }), printed, log: pino({ level: 'silent' }) })
    await members.take()
    await members.take()
    members.stop()
    expect(shown).toEqual(['stderr [rank 1] a warning', 'stdout [rank 2] a line'])
  })

  it('fails with the reason of the worker that has one, which may take a moment', async () => {
    const lost = [
      [],
      [{ worker: 'b:1', reason: reason('rank_lost') }],
      [
        { worker: 'b:1', reason: reason('rank_lost') },
        { worker: 'c:1', reason: reason('out_of_memory', 'capacity') },
      ],
    ]
    const failed = await withMembersReason(LOST, CLAIM, { store: store({ lost }) })
    expect(failed).toMatchObject({ code: 'out_of_memory', fault: 'capacity', retryable: true })
    expect(failed.detail).toContain('Worker c:1')
  })

  it('fails with rank_lost where no other has a reason of its own', async () => {
    const lost = [[{ worker: 'b:1', reason: reason('trainer_crashed') }]]
    expect(await withMembersReason(LOST, CLAIM, { store: store({ lost }) })).toMatchObject({
      code: 'rank_lost',
      retryable: true,
      detail: 'Worker b:1, which takes part, failed: Rank 2 of 3 failed: trainer_crashed.',
    })
    const silent = [[{ worker: 'b:1', reason: null }]]
    expect(await withMembersReason(LOST, CLAIM, { store: store({ lost: silent }) })).toMatchObject({
      code: 'rank_lost',
      detail: expect.stringContaining('its lease ran out') as string,
    })
  })

  it('keeps its own reason, and that of a job which it runs alone', async () => {
    const own: Extract<TrainEvent, { type: 'failed' }> = { ...LOST, code: 'non_finite_loss', fault: 'user' }
    const lost = [[{ worker: 'b:1', reason: reason('out_of_memory') }]]
    expect(await withMembersReason(own, CLAIM, { store: store({ lost }) })).toBe(own)
    expect(await withMembersReason(LOST, ALONE, { store: store({ lost }) })).toBe(LOST)
  })
})
