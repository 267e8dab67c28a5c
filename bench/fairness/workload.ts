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

/** Lengths of jobs by how common they are: most are short, and a few hold a device for hours. */
const LENGTHS: readonly (readonly [share: number, seconds: number])[] = [
  [0.5, 60],
  [0.3, 150],
  [0.17, 300],
  [0.025, 900],
  [0.005, 3600],
]
const LONG_SECONDS = 4 * 3600

export interface WorkloadOptions {
  teams: number
  jobs: number
  devices: number
  /** Jobs of the first team, the longest of which come first. */
  flood: number
  /** When the second team comes, and when all others, seconds. */
  secondArrives: number
  othersArrive: number
  seed: number
}

/**
 * One team with a flood of jobs, which has all devices to itself at first, holding each with a job of hours; a second one that comes with
 * jobs of its own; then all others. Weights are 1, 2 and 4, and a team has jobs in proportion to its weight.
 */
export function makeWorkload(options: WorkloadOptions): Workload {
  const random = seededRandom(options.seed)
  const weights = Array.from({ length: options.teams }, (_, i) => (i < 2 ? 1 : i % 25 === 2 ? 4 : i % 6 === 3 ? 2 : 1))
  const total = weights.slice(1).reduce((sum, weight) => sum + weight, 0)
  const length = (): number => {
    let left = random()
    for (const [share, seconds] of LENGTHS) {
      left -= share
      if (left <= 0) return seconds * (0.5 + random())
    }
    return LENGTHS[0]?.[1] ?? 1
  }
  const teams = weights.map((weight, i): SimulatedTeam => {
    const count = i === 0 ? options.flood : Math.round(((options.jobs - options.flood) * weight) / total)
    const jobs = Array.from({ length: count }, length)
    if (i === 0) jobs.fill(LONG_SECONDS, 0, options.devices)
    return {
      id: `team_${String(i).padStart(3, '0')}`,
      weight,
      arrives: i === 0 ? 0 : i === 1 ? options.secondArrives : options.othersArrive,
      jobs,
    }
  })
  return { teams, devices: options.devices }
}
