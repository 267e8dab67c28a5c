import { randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { GangStore, LostMember } from '../service/ports/gangs.ts'
import type { JobClaim } from '../service/ports/job-claims.ts'
import type { TrainEvent } from '../train/process/events.ts'
import type { TrainerTask } from '../train/process/task.ts'
import { LeaseLost } from './claimed-job.ts'
import type { LogWriter } from './logs/log-writer.ts'

type Failed = Extract<TrainEvent, { type: 'failed' }>

/** How long the members' reasons may take to arrive, after their connections have broken. */
const REASONS_WITHIN_MS = 3000
const LOOK_EVERY_MS = 250
const TAKE_EVERY_MS = 500
const SECRET_BYTES = 16
/** Reasons of those that have lost another one. */
const LOST: ReadonlySet<string> = new Set(['rank_lost', 'trainer_crashed'])

/**
 * Where the ranks of an attempt meet: at a port of this host that its trainer chooses, open as long as the attempt, with a secret with which
 * all keys of the store begin. undefined for a job of one worker.
 */
export function meetingPlace({ gang }: JobClaim): NonNullable<TrainerTask['parallel']>['gang'] {
  if (gang === undefined) return undefined
  const { address, devices: here } = gang
  const host = isIPv6(address) ? `[${address}]` : address
  return { here, store: `tcp://${host}:0/${randomBytes(SECRET_BYTES).toString('hex')}`, address }
}

/** Tells the members where the ranks of an attempt meet, once it is open. @throws LeaseLost */
export async function announceMeeting(
  { id, token }: JobClaim,
  meeting: string,
  { store }: { store: GangStore },
): Promise<void> {
  if (!(await store.openGang(id, token, meeting))) throw new LeaseLost(`the lease of ${id} is lost`)
}

/**
 * Has the log of a job show what the ranks of its members print, each line with its rank.
 * @returns what takes the lines so far, and what ends it
 */
export function followMembers(
  { id, token, gang }: JobClaim,
  { store, printed, log }: { store: GangStore; printed: Pick<LogWriter, 'line'>; log: Logger },
): { take: () => Promise<void>; stop: () => void } {
  if (gang === undefined) return { take: () => Promise.resolve(), stop: () => undefined }
  let taking: Promise<void> = Promise.resolve()
  const read = async (): Promise<void> => {
    try {
      for (const { rank, stream, text } of await store.takePrinted(id, token))
        printed.line(stream, `[rank ${rank}] ${text}`)
    } catch (error) {
      log.warn({ event: 'member_output_lost', jobId: id, error: String(error) })
    }
  }
  const take = (): Promise<void> => (taking = taking.then(read))
  const timer = setInterval(() => void take(), TAKE_EVERY_MS)
  return { take, stop: () => clearInterval(timer) }
}

/** The failure of a trainer that has lost others, with the reason of these as far as they have told it. */
export async function withMembersReason(
  failed: Failed,
  { id, token, gang }: JobClaim,
  { store }: { store: GangStore },
): Promise<Failed> {
  if (gang === undefined || !LOST.has(failed.code)) return failed
  const until = performance.now() + REASONS_WITHIN_MS
  for (;;) {
    const lost = await store.lostMembers(id, token).catch(() => [])
    const cause = lost.find(({ reason }) => reason !== null && !LOST.has(reason.code))
    if (cause !== undefined) return memberFailed(cause)
    // The members that this one has lost, or that have lost it, say so.
    if (performance.now() > until) return lost[0] === undefined ? failed : memberFailed(lost[0])
    await setTimeout(LOOK_EVERY_MS)
  }
}

/** How an attempt has failed that a member takes part in no more. */
export function memberFailed({ worker, reason }: LostMember): Failed {
  const detail = reason === null ? 'its lease ran out: it died, or was cut off.' : reason.detail
  const own = reason !== null && !LOST.has(reason.code)
  return {
    type: 'failed',
    code: own ? reason.code : 'rank_lost',
    fault: own ? (reason.fault as Failed['fault']) : 'infra',
    retryable: own ? reason.retryable : true,
    detail: `Worker ${worker}, which takes part, failed: ${detail}`,
  }
}
