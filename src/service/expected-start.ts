import type { FairShareSettings, QueueSnapshot, TeamInQueue } from './ports/fair-share.ts'

/** Starts that are played through; a job that is later than those is not estimated. */
const MAX_STARTS = 20_000
/** Of jobs of teams that have run none yet. */
const UNKNOWN_SECONDS = 600

export interface ExpectedStart {
  /** Place among all jobs that wait, from 1. */
  rank: number
  /** From now. */
  seconds: number
  /** Whether it gets a device that another job is asked to leave. */
  byPreemption: boolean
}

interface PlayedTeam extends TeamInQueue {
  left: number
  /** Since when its running jobs use devices that are not in `seconds` yet. */
  starts: number[]
}

/**
 * Plays the queue through until a job has its turn: devices become free as running jobs end, and each is given to the team with the least
 * device time over its weight. A job that has not said how long it will run takes as long as its team's jobs of late, or as all jobs do.
 * Jobs that are submitted later are not in it. @returns undefined where it is too far ahead, or a quota keeps the team from running
 */
export function expectedStart(
  { teams, ahead, waitedSeconds, notBeforeSeconds }: QueueSnapshot,
  fair: FairShareSettings,
): ExpectedStart | undefined {
  const mean = meanOf(teams)
  const played = teams.map((team): PlayedTeam => ({ ...team, left: team.queued, starts: team.running.map(() => 0) }))
  const ends = played.flatMap((team) =>
    team.running.map(({ secondsLeft }) => ({ team, from: 0, at: secondsLeft ?? team.meanSeconds ?? mean })),
  )
  const devices = Math.max(1, ends.length)
  const limit = byPreemption(teams, ahead.count, waitedSeconds, fair)
  let now = 0
  let position = ahead.count
  for (let rank = 1; rank <= MAX_STARTS;) {
    if (ends.length >= devices) {
      ends.sort((a, b) => b.at - a.at)
      const ended = ends.pop()
      if (ended === undefined) return undefined
      now = Math.max(now, ended.at)
      ended.team.seconds += now - ended.from
      ended.team.starts.splice(ended.team.starts.indexOf(ended.from), 1)
    }
    const next = leastServed(played, now)
    if (next === undefined) {
      if (ends.length === 0) return undefined
      if (ends.length < devices) ends.push({ ...ends[0]!, at: Math.min(...ends.map(({ at }) => at)) })
      continue
    }
    if (next.own && position-- === 0) {
      const seconds = Math.max(now, notBeforeSeconds)
      return limit !== undefined && limit < seconds
        ? { rank, seconds: limit, byPreemption: true }
        : { rank, seconds, byPreemption: false }
    }
    next.left--
    next.starts.push(now)
    ends.push({ team: next, from: now, at: now + (next.meanSeconds ?? mean) })
    rank++
  }
  return undefined
}

/** Device time over weight at a moment. */
const shareAt = ({ seconds, weight, starts }: PlayedTeam, now: number): number =>
  starts.reduce((sum, from) => sum + now - from, seconds) / weight

function leastServed(teams: readonly PlayedTeam[], now: number): PlayedTeam | undefined {
  let least: PlayedTeam | undefined
  for (const team of teams) {
    if (team.left <= 0 || team.starts.length >= team.maxRunning || team.deviceHoursLeft <= 0) continue
    if (least === undefined || shareAt(team, now) < shareAt(least, now)) least = team
  }
  return least
}

function meanOf(teams: readonly TeamInQueue[]): number {
  const known = teams.flatMap(({ meanSeconds }) => (meanSeconds === null ? [] : [meanSeconds]))
  return known.length === 0 ? UNKNOWN_SECONDS : known.reduce((sum, seconds) => sum + seconds, 0) / known.length
}

/** When the next job of a team below its share takes a device, unless one is free before; undefined where it takes none. */
function byPreemption(
  teams: readonly TeamInQueue[],
  ahead: number,
  waited: number,
  { preemptAfterSeconds, preemptFloorSeconds }: FairShareSettings,
): number | undefined {
  const own = teams.find((team) => team.own)
  if (own === undefined || ahead > 0) return undefined
  const share = own.seconds / own.weight
  const mean = meanShare(teams)
  const mayLeave = teams.filter(
    ({ seconds, weight, running }) =>
      running.length > 0 &&
      seconds / weight > mean &&
      seconds / weight - share > preemptFloorSeconds * (1 / weight + 1 / own.weight),
  )
  if (share >= mean || mayLeave.length === 0) return undefined
  const longest = Math.max(...mayLeave.flatMap(({ running }) => running.map(({ heldSeconds }) => heldSeconds)))
  return Math.max(0, preemptAfterSeconds - waited, preemptFloorSeconds - longest)
}

/** Device time of all teams that wait or run, over their weights together. */
export const meanShare = (teams: readonly TeamInQueue[]): number =>
  teams.reduce((sum, { seconds }) => sum + seconds, 0) / teams.reduce((sum, { weight }) => sum + weight, 0)
