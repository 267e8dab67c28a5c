import { WaitingTeams, type Timeline } from './timeline.ts'
import type { Workload } from './workload.ts'

/** The same jobs, first come first served with no preemption: teams that come together submit in turns. */
export function firstComeFirstServed({ teams, devices }: Workload): Timeline {
  const queue = teams
    .flatMap(({ arrives, jobs }, team) => jobs.map((seconds, n) => ({ team, n, seconds, arrives })))
    .sort((a, b) => a.arrives - b.arrives || a.n - b.n || a.team - b.team)
  const free = Array.from({ length: devices }, () => 0)
  const waiting = new WaitingTeams(teams.length)
  const timeline: Timeline = { stretches: [], waiting: waiting.spans, starts: new Map(), preemptions: 0 }
  for (const [team, { arrives, jobs }] of teams.entries()) waiting.add(team, arrives, jobs.length)
  for (const { team, n, seconds, arrives } of queue) {
    const device = free.indexOf(Math.min(...free))
    const from = Math.max(free[device] ?? 0, arrives)
    const job = `job_${team}_${n}`
    free[device] = from + seconds
    waiting.add(team, from, -1)
    timeline.starts.set(job, from)
    timeline.stretches.push({ team, job, from, to: from + seconds })
  }
  return timeline
}
