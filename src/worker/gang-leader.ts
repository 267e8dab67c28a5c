import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, isIPv6, type AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { GangStore, LostMember } from '../service/ports/gangs.ts'
import type { JobClaim } from '../service/ports/job-claims.ts'
import type { TrainEvent } from '../train/process/events.ts'
import type { TrainerTask } from '../train/process/task.ts'
import { LeaseLost } from './claimed-job.ts'

type Failed = Extract<TrainEvent, { type: 'failed' }>

/** How long the members' reasons may take to arrive, after their connections have broken. */
const REASONS_WITHIN_MS = 3000
const LOOK_EVERY_MS = 250
const SECRET_BYTES = 16
/** Reasons of those that have lost another one. */
const LOST: ReadonlySet<string> = new Set(['rank_lost', 'trainer_crashed'])

/**
 * Chooses where the ranks of an attempt meet, and tells the members: a port of this host that is free, open as long as the attempt, and a secret
 * with which all keys of the store begin. undefined for a job of one worker.
 * @throws LeaseLost
 */
export async function openMeeting(
  { id, token, gang }: JobClaim,
  { store }: { store: GangStore },
): Promise<NonNullable<TrainerTask['parallel']>['gang']> {
  if (gang === undefined) return undefined
  const { address, devices: here } = gang
  const host = isIPv6(address) ? `[${address}]` : address
  const meeting = `tcp://${host}:${await freePort(address)}/${randomBytes(SECRET_BYTES).toString('hex')}`
  if (!(await store.openGang(id, token, meeting))) throw new LeaseLost(`the lease of ${id} is lost`)
  return { here, store: meeting, address }
}

async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
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
