import { seededRandom } from './random.ts'

export interface SimulatedTeam {
  id: string
  weight: number
  /** When its jobs are queued, seconds from the start. */
  arrives: number
  /** Device time that each job needs, seconds. */
  jobs: number[]
}

export interface Workload {
  teams: SimulatedTeam[]
  devices: number
}

/** Lengths of jobs by how common they are: most take minutes, and a few an hour. */
const LENGTHS: readonly (readonly [share: number, seconds: number])[] = [
  [0.55, 60],
  [0.3, 120],
  [0.14, 300],
  [0.0075, 900],
  [0.0025, 3600],
]
const HOURS = 4 * 3600

/**
 * Teams that all come at once: the first has a tenth of the jobs, all others in proportion to their weights of 1, 2 and 4.
 * @param jobs of all teams, about
 */
export function mixedWorkload(options: { teams: number; jobs: number; devices: number; seed: number }): Workload {
  const random = seededRandom(options.seed)
  const weights = Array.from({ length: options.teams }, (_, i) => (i % 25 === 2 ? 4 : i % 6 === 3 ? 2 : 1))
  const total = weights.slice(1).reduce((sum, weight) => sum + weight, 0)
  const teams = weights.map((weight, i): SimulatedTeam => {
    const share = i === 0 ? 0.1 : (0.9 * weight) / total
    const jobs = Array.from({ length: Math.round(options.jobs * share) }, () => length(random))
    return { id: teamId(i), weight, arrives: 0, jobs }
  })
  return { teams, devices: options.devices }
}

function length(random: () => number): number {
  let left = random()
  const [, seconds] = LENGTHS.find(([share]) => (left -= share) <= 0) ?? LENGTHS[0] ?? [1, 60]
  return seconds * (0.5 + random())
}

/** One team with a flood of jobs of hours, which has all devices; then, one after the other, teams with a few short jobs. */
export function floodWorkload(options: { jobs: number; devices: number; others: number; every: number }): Workload {
  const flood = { id: teamId(0), weight: 1, arrives: 0, jobs: Array.from({ length: options.jobs }, () => HOURS) }
  const others = Array.from({ length: options.others }, (_, i): SimulatedTeam => {
    return { id: teamId(i + 1), weight: 1, arrives: options.every * (i + 1), jobs: [60, 60, 60] }
  })
  return { teams: [flood, ...others], devices: options.devices }
}

const teamId = (i: number): string => `team_${String(i).padStart(3, '0')}`

/** How long each team but the first waits for its first job. */
export const firstWaits = ({ teams }: Workload, starts: ReadonlyMap<string, number>): number[] =>
  teams.slice(1).map(({ arrives }, i) => (starts.get(`job_${i + 1}_0`) ?? Infinity) - arrives)
