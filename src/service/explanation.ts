import { nextMonth } from './exceeded-quota.ts'
import { expectedStart, meanShare } from './expected-start.ts'
import type { FairShareSettings, QueueSnapshot, QueueView, TeamInQueue } from './ports/fair-share.ts'
import type { Caller } from './ports/caller.ts'
import type { JobStore, OpenDependency } from './ports/jobs.ts'
import type { WorkerStore } from './ports/workers.ts'
import { foundJob } from './require-found.ts'
import type { Job } from './resources.ts'
import type { Explanation, WaitingFor } from './scheduling-resources.ts'
import { waitingFor } from './waiting-for.ts'

interface ExplanationDependencies {
  store: JobStore & QueueView & WorkerStore
  fairShare: FairShareSettings
}

/** Why a job waits, and for how long. */
export function explanationService({ store, fairShare }: ExplanationDependencies) {
  return {
    async explainJob({ teamId }: Caller, id: string): Promise<Explanation> {
      const job = await foundJob(store, teamId, id)
      if (job.state === 'queued' && job.blocked) return blocked(job, await store.openDependencies(id))
      const snapshot = job.state === 'queued' ? await store.queueSnapshot(teamId, id) : undefined
      if (snapshot === undefined) return notQueued(job)
      const missing = await waitingFor(store, job.resources)
      const explanation = explained(job, snapshot, fairShare)
      return missing === null ? explanation : withoutWorker(explanation, missing)
    },
  }
}

const blocked = (job: Job, waitsFor: OpenDependency[]): Explanation => ({
  ...notQueued(job),
  waitsFor,
  detail: blockedDetail(waitsFor),
})

export function blockedDetail(waitsFor: readonly OpenDependency[]): string {
  const named = waitsFor.map(({ id, state }) => `${id} (${state ?? 'deleted'})`).join(', ')
  return `The job runs after ${named}; it has no place in the queue until then.`
}

/** It has a place in the queue, and its turn comes to nothing. */
const withoutWorker = (explanation: Explanation, missing: WaitingFor): Explanation => ({
  ...explanation,
  waitingFor: missing,
  rank: null,
  expectedStart: null,
  detail: missing.detail,
})

const notQueued = ({ id, state }: Job): Explanation => ({
  job: id,
  state,
  rank: null,
  ahead: null,
  share: null,
  quota: null,
  waitsFor: [],
  waitingFor: null,
  expectedStart: null,
  detail: `The job is ${state}; only queued jobs have a place in the queue.`,
})

function explained({ id, state }: Job, snapshot: QueueSnapshot, fair: FairShareSettings): Explanation {
  const { teams, ahead, now } = snapshot
  const own = teams.find((team) => team.own)
  const start = expectedStart(snapshot, fair)
  const limit = own === undefined ? undefined : quotaThatHolds(own, now)
  const share = own === undefined ? 0 : own.seconds / own.weight
  const mean = meanShare(teams)
  const others = start === undefined ? null : Math.max(0, start.rank - 1 - ahead.count)
  return {
    job: id,
    state,
    rank: start?.rank ?? null,
    ahead: { own: ahead.count, ownJobs: ahead.jobs, others },
    share: {
      own: share,
      mean,
      weight: own?.weight ?? 1,
      waitingTeams: teams.filter(({ queued }) => queued.length > 0).length,
    },
    quota: limit?.quota ?? null,
    waitsFor: [],
    waitingFor: null,
    expectedStart:
      start === undefined
        ? null
        : {
            at: new Date(now.getTime() + 1000 * start.seconds).toISOString(),
            seconds: start.seconds,
            byPreemption: start.byPreemption,
            method: METHOD,
          },
    detail: limit?.detail ?? reason({ share, mean, ahead: ahead.count, others, notBefore: snapshot.notBeforeSeconds }),
  }
}

const METHOD =
  'Plays the queue through: devices become free when running jobs end, by the time that their trainers report as left, and go to the team with the least device time over its weight, whose job waits for as many as it needs. A job takes as long as those of its team in the last seven days. Later submissions are not known.'

export function quotaThatHolds(
  { running, maxRunning, deviceHoursLeft }: Pick<TeamInQueue, 'running' | 'maxRunning' | 'deviceHoursLeft'>,
  now: Date,
): { quota: Explanation['quota']; detail: string } | undefined {
  if (deviceHoursLeft <= 0)
    return {
      quota: { name: 'deviceHours', freesAt: nextMonth(now).toISOString() },
      detail: 'The team has used its device-hours of this month: the job runs in the next one.',
    }
  if (running.length < maxRunning) return undefined
  return {
    quota: { name: 'runningJobs', freesAt: null },
    detail: `The team runs ${running.length} jobs of at most ${maxRunning}: the job runs after one of them has ended.`,
  }
}

export function reason(facts: {
  share: number
  mean: number
  ahead: number
  others: number | null
  notBefore: number
}): string {
  const { share, mean, ahead, others, notBefore } = facts
  if (notBefore > 0) return `The job waits ${Math.ceil(notBefore)} s after a failure before it is tried again.`
  const before = others === null ? 'many' : String(others)
  return `The team has had ${standing(Math.round(share), Math.round(mean))}; ${ahead} of its own jobs and ${before} of other teams are before this one.`
}

/** Shares of device time, in seconds. */
const standing = (share: number, mean: number): string =>
  share === mean
    ? `as much device time over its weight as the mean (${mean} s)`
    : `${share < mean ? 'less' : 'more'} device time over its weight (${share} s) than the mean (${mean} s)`
