import type { SimulatedTeam } from './workload.ts'

/** A stretch of time that a job had a device, seconds from the start. */
export interface Stretch {
  team: number
  job: string
  from: number
  to: number
}

/** What a simulation gives. */
export interface Timeline {
  stretches: Stretch[]
  /** By team: stretches of time with jobs in the queue. */
  waiting: { from: number; to: number }[][]
  /** When each job started first. */
  starts: Map<string, number>
  preemptions: number
}

/** Jain's index of fairness: 1 where all are equal, 1/n where one has everything. */
export function jain(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0)
  const squares = values.reduce((total, value) => total + value * value, 0)
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares)
}

export interface Window {
  /** Seconds from the start. */
  from: number
  jain: number
}

/** Jain's index of device time over weight, in windows that begin every `stride` seconds and in which all teams have jobs waiting. */
export function windows(
  teams: readonly SimulatedTeam[],
  { stretches, waiting }: Pick<Timeline, 'stretches' | 'waiting'>,
  { length, stride }: { length: number; stride: number },
): Window[] {
  const end = Math.max(0, ...stretches.map(({ to }) => to))
  const found: Window[] = []
  for (let from = 0; from + length <= end; from += stride) {
    const to = from + length
    const all = waiting.every((spans) => spans.some((span) => span.from <= from && span.to >= to))
    if (!all) continue
    const used = teams.map(() => 0)
    for (const stretch of stretches)
      used[stretch.team]! += Math.max(0, Math.min(to, stretch.to) - Math.max(from, stretch.from))
    found.push({ from, jain: jain(used.map((seconds, i) => seconds / (teams[i]?.weight ?? 1))) })
  }
  return found
}

/** Joins moments at which a team has jobs waiting to stretches. */
export class WaitingTeams {
  readonly spans: { from: number; to: number }[][]
  private readonly since: (number | undefined)[]
  private readonly counts: number[]

  constructor(teams: number) {
    this.spans = Array.from({ length: teams }, () => [])
    this.since = Array.from({ length: teams }, () => undefined)
    this.counts = Array.from({ length: teams }, () => 0)
  }

  /** Ends what is still open. */
  close(at: number): void {
    for (const [team, count] of this.counts.entries()) this.add(team, at, -count)
  }

  add(team: number, at: number, count: number): void {
    const before = this.counts[team] ?? 0
    this.counts[team] = before + count
    if (before === 0 && count > 0) this.since[team] = at
    const since = this.since[team]
    if (before + count === 0 && since !== undefined) {
      this.spans[team]?.push({ from: since, to: at })
      this.since[team] = undefined
    }
  }
}
