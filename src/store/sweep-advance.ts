import type { FairShareSettings } from '../service/ports/fair-share.ts'
import { decide, reachedRung, type Decision, type HalvingTrial } from '../service/halving.ts'
import type { JobState } from '../service/job-states.ts'
import type { Reason } from '../service/resources.ts'
import { scoreOf, type SweepPlan, type SweepState } from '../service/sweep-resources.ts'
import { lockJob } from './job-moves.ts'
import { move } from './job-state.ts'
import { notifyOfSweep } from './notices.ts'
import { json, type Transaction } from './prisma-types.ts'
import { bestValues } from './sweep-values.ts'

/** Promotes and stops trials of a running sweep, and ends it after its last one. Nothing, while another is at it. */
export async function advance(tx: Transaction, id: string, fair: FairShareSettings): Promise<void> {
  const [sweep] = await tx.$queryRaw<{ request: SweepPlan }[]>`
    SELECT "request" FROM "Sweep" WHERE "id" = ${id} AND "state" = 'running' FOR UPDATE SKIP LOCKED`
  if (sweep === undefined) return
  const { eta, rungs, objective } = sweep.request
  const rows = await tx.trial.findMany({
    where: { sweepId: id },
    include: { job: { select: { state: true, reached: true, reason: true } } },
    orderBy: { number: 'asc' },
  })
  const values = await bestValues(
    tx,
    rows.map(({ jobId }) => jobId),
    objective,
  )
  const jobs = new Map(rows.map(({ number, jobId }) => [number, jobId]))
  const trials: HalvingTrial[] = []
  for (const { number, jobId, rung, scores: known, job } of rows) {
    const scores = [...(known as (number | null)[])]
    const trial = { number, rung, state: job.state as JobState, reached: job.reached, scores }
    const value = values.get(jobId)
    while (scores.length <= reachedRung(trial, rungs))
      scores.push(value === undefined ? null : scoreOf(value, objective))
    if (scores.length > (known as unknown[]).length)
      await tx.trial.update({ where: { sweepId_number: { sweepId: id, number } }, data: { scores: json(scores) } })
    trials.push(trial)
  }
  const decision = decide(trials, { eta, rungs })
  const moved: boolean[] = []
  for (const number of decision.promote)
    moved.push(await promote(tx, { sweepId: id, number, jobId: jobs.get(number) ?? '', rungs, fair }))
  for (const loser of decision.stop)
    moved.push(await stop(tx, { jobId: jobs.get(loser.number) ?? '', loser, rungs, fair }))
  if (!decision.over || moved.includes(false)) return
  const states = trials.map(({ state }) => state)
  const { state, reason } = ending(
    states,
    rows.map(({ job }) => job.reason as Reason | null),
  )
  await tx.sweep.update({
    where: { id },
    data: { state, endedAt: new Date(), ...(reason === undefined ? {} : { reason: json(reason) }) },
  })
  await notifyOfSweep(tx, id)
}

interface Ranking {
  jobId: string
  rungs: readonly number[]
  fair: FairShareSettings
}

async function promote(
  tx: Transaction,
  { sweepId, number, jobId, rungs, fair }: Ranking & { sweepId: string; number: number },
): Promise<boolean> {
  const job = await lockJob(tx, jobId)
  if (job?.state !== 'paused') return false
  const { rung } = await tx.trial.update({
    where: { sweepId_number: { sweepId, number } },
    data: { rung: { increment: 1 } },
  })
  const share = rungs[rung] ?? 1
  await move(tx, jobId, { from: 'paused', to: 'queued', fair, changes: { pauseAt: share < 1 ? share : null } })
  return true
}

async function stop(
  tx: Transaction,
  { jobId, loser: { rung, rank, of }, rungs, fair }: Ranking & { loser: Decision['stop'][number] },
): Promise<boolean> {
  const job = await lockJob(tx, jobId)
  if (job?.state !== 'paused') return false
  const share = Number((100 * (rungs[rung] ?? 1)).toPrecision(3))
  const reason = {
    code: 'outperformed',
    fault: 'user',
    retryable: false,
    detail: `Ranked ${rank + 1} of ${of} at ${share} % of the budget; its checkpoints are kept.`,
  } as const
  await move(tx, jobId, { from: 'paused', to: 'stopped', reason, fair })
  return true
}

function ending(states: JobState[], reasons: (Reason | null)[]): { state: SweepState; reason?: Reason } {
  if (states.includes('succeeded')) return { state: 'succeeded' }
  if (states.every((state) => state === 'canceled')) return { state: 'canceled' }
  const first = reasons.find((reason, i) => reason !== null && states[i] === 'failed')
  return {
    state: 'failed',
    reason: {
      code: 'no_trial_succeeded',
      fault: first?.fault ?? 'user',
      retryable: false,
      detail: `No trial had the whole budget${first === null || first === undefined ? '' : `; the first that failed: ${first.detail}`}`,
    },
  }
}
