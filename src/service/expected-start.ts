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

/** A team as far as its turns depend on it. */
type TeamInTurn = Omit<TeamInQueue, 'own'>

interface PlayedTeam<T extends TeamInTurn = TeamInTurn> {
  team: T
  seconds: number
  weight: number
  /** Jobs that have had their turn. */
  started: number
  /** Its running jobs, whose devices are not in `seconds` yet. */
  running: PlayedJob<T>[]
}

interface PlayedJob<T extends TeamInTurn> {
  team: PlayedTeam<T>
  devices: number
  from: number
  at: number
}

/** The next job of a team has its turn: its place among all, from 1, and when, from now. */
export interface Turn<T> {
  team: T
  rank: number
  seconds: number
}

/**
 * Plays the queue through until a job has its turn. @returns undefined where it is too far ahead, or a quota keeps the team from running
 */
export function expectedStart(
  { teams, ahead, waitedSeconds, notBeforeSeconds }: QueueSnapshot,
  fair: FairShareSettings,
): ExpectedStart | undefined {
  const limit = byPreemption(teams, ahead.count, waitedSeconds, fair)
  let position = ahead.count
  for (const { team, rank, seconds: at } of turns(teams)) {
    if (rank > MAX_STARTS) return undefined
    if (!team.own || position-- !== 0) continue
    const seconds = Math.max(at, notBeforeSeconds)
    return limit !== undefined && limit < seconds
      ? { rank, seconds: limit, byPreemption: true }
      : { rank, seconds, byPreemption: false }
  }
  return undefined
}

/**
 * Whose turn it is, one start after the other, until nobody can start any more: devices become free as running jobs end, and are given to
 * the team with the least device time over its weight. A job that needs several waits until as many are free, and none overtakes it. One that
 * has not said how long it will run takes as long as its team's jobs of late, or as all jobs do. Jobs that are submitted later are not in it.
 */
export function* turns<T extends TeamInTurn>(teams: readonly T[]): Generator<Turn<T>, void> {
  const mean = meanOf(teams)
  const played = teams.map((team): PlayedTeam<T> => ({
    team,
    seconds: team.seconds,
    weight: team.weight,
    started: 0,
    running: [],
  }))
  const ends: PlayedJob<T>[] = []
  const start = (job: PlayedJob<T>): void => {
    job.team.running.push(job)
    ends.push(job)
  }
  for (const team of played)
    for (const { devices, secondsLeft } of team.team.running)
      start({ team, devices, from: 0, at: secondsLeft ?? team.team.meanSeconds ?? mean })
  let free = ends.length === 0 ? 1 : 0
  let now = 0
  let next: PlayedTeam<T> | undefined
  for (let rank = 1; ;) {
    if (free > 0) next ??= leastServed(played, now)
    const devices = next?.team.queued[next.started] ?? 0
    // Where nothing runs any more, the devices are there that a worker has and no job has used so far.
    if (next === undefined || (devices > free && ends.length > 0)) {
      ends.sort((a, b) => b.at - a.at)
      const ended = ends.pop()
      if (ended === undefined) return
      now = Math.max(now, ended.at)
      ended.team.seconds += ended.devices * (now - ended.from)
      ended.team.running.splice(ended.team.running.indexOf(ended), 1)
      free += ended.devices
      continue
    }
    yield { team: next.team, rank, seconds: now }
    free = Math.max(0, free - devices)
    next.started++
    start({ team: next, devices, from: now, at: now + (next.team.meanSeconds ?? mean) })
    next = undefined
    rank++
  }
}

/** Device time over weight at a moment. */
const shareAt = ({ seconds, weight, running }: PlayedTeam, now: number): number =>
  running.reduce((sum, { devices, from }) => sum + devices * (now - from), seconds) / weight

function leastServed<T extends TeamInTurn>(teams: readonly PlayedTeam<T>[], now: number): PlayedTeam<T> | undefined {
  let least: PlayedTeam<T> | undefined
  for (const played of teams) {
    const { queued, maxRunning, deviceHoursLeft } = played.team
    if (played.started >= queued.length || played.running.length >= maxRunning || deviceHoursLeft <= 0) continue
    if (least === undefined || shareAt(played, now) < shareAt(least, now)) least = played
  }
  return least
}

function meanOf(teams: readonly TeamInTurn[]): number {
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
  const mayLeave = teams.flatMap(({ seconds, weight, running }) =>
    seconds / weight > mean
      ? running.filter(
          ({ devices }) => seconds / weight - share > preemptFloorSeconds * devices * (1 / weight + 1 / own.weight),
        )
      : [],
  )
  if (share >= mean || mayLeave.length === 0) return undefined
  const longest = Math.max(...mayLeave.map(({ heldSeconds }) => heldSeconds))
  return Math.max(0, preemptAfterSeconds - waited, preemptFloorSeconds - longest)
}

/** Device time of all teams that wait or run, over their weights together. */
export const meanShare = (teams: readonly TeamInTurn[]): number =>
  teams.reduce((sum, { seconds }) => sum + seconds, 0) / teams.reduce((sum, { weight }) => sum + weight, 0)
