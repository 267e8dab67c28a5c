import { decide, reachedRung, type Decision, type HalvingTrial } from '../service/halving.ts'
import { ENDED_STATES, type JobState } from '../service/job-states.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { Progress, Reason } from '../service/resources.ts'
import type { SweepStore } from '../service/ports/sweeps.ts'
import {
  bestOf,
  scoreOf,
  type Objective,
  type Sweep,
  type SweepPlan,
  type SweepState,
  type SweepSummary,
  type SweepTrial,
} from '../service/sweep-resources.ts'
import type { Prisma, PrismaClient, Sweep as SweepRow } from './generated/client.ts'
import { ask, lockJob, move } from './job-moves.ts'
import { requireQuota } from './quota.ts'
import { requireReady, useCheckpoints } from './submission.ts'
import { sweepSummaries } from './sweep-summaries.ts'

type Transaction = Prisma.TransactionClient
type Json = Prisma.InputJsonValue
const json = (value: unknown): Json => value as Json
/** Milliseconds that a transaction over every trial of a sweep may take. */
const LONGEST = { timeout: 60_000, maxWait: 10_000 }

/** Sweeps on PostgreSQL: every decision is one transaction under the sweep's row lock. */
export function sweepStore(prisma: PrismaClient, quota: Quota): SweepStore {
  return {
    createSweep: ({ trials, plan, ...sweep }) =>
      prisma.$transaction(async (tx) => {
        const [firstRung = 1] = plan.rungs
        await requireQuota(tx, { quota, teamId: sweep.teamId, of: 'queuedJobs', adds: trials.length })
        await requireReady(tx, sweep.datasetId)
        await tx.sweep.create({ data: { ...sweep, state: 'running', request: json(plan) } })
        await tx.job.createMany({
          data: trials.map(({ job: { spec, reasons, warnings = [], task, ...job } }) => ({
            ...job,
            ...(task === undefined ? {} : { task: json(task) }),
            ...{
              state: 'queued',
              spec: json(spec),
              reasons: json(reasons),
              warnings: json(warnings),
              sweepId: sweep.id,
            },
            ...(firstRung < 1 ? { pauseAt: firstRung } : {}),
          })),
        })
        await useCheckpoints(
          tx,
          trials.map(({ job }) => job),
        )
        await tx.transition.createMany({ data: trials.map(({ job }) => ({ jobId: job.id, to: 'queued' })) })
        await tx.trial.createMany({
          data: trials.map(({ job, parameters }, i) => ({
            ...{ sweepId: sweep.id, number: i + 1, jobId: job.id, parameters: json(parameters) },
          })),
        })
        await tx.outbox.createMany({ data: trials.map(({ job }) => ({ kind: 'job', ref: job.id })) })
      }, LONGEST),
    async sweep(teamId, id) {
      const row = await prisma.sweep.findUnique({ where: { id, teamId } })
      if (row === null) return undefined
      const plan = row.request as unknown as SweepPlan
      const trials = await trialsOf(prisma, row)
      return sweepOf(row, plan, { trials, result: await resultOf(prisma, row, trials) })
    },
    sweeps: (teamId, request) => sweepSummaries(prisma, teamId, request),
    cancelSweep: (teamId, id) =>
      prisma.$transaction(async (tx) => {
        const { count } = await tx.sweep.updateMany({
          where: { id, teamId, state: 'running' },
          data: { state: 'canceled', endedAt: new Date() },
        })
        if (count === 0) return false
        const trials = await tx.trial.findMany({ where: { sweepId: id }, orderBy: { number: 'asc' } })
        for (const { jobId } of trials) await ask(tx, { teamId, id: jobId, action: 'cancel' })
        return true
      }, LONGEST),
    runningSweeps: async () =>
      (await prisma.sweep.findMany({ where: { state: 'running' }, select: { id: true }, orderBy: { id: 'asc' } })).map(
        ({ id }) => id,
      ),
    advanceSweep: (id) => prisma.$transaction((tx) => advance(tx, id), LONGEST),
  }
}

async function advance(tx: Transaction, id: string): Promise<void> {
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
    moved.push(await promote(tx, { sweepId: id, number, jobId: jobs.get(number) ?? '', rungs }))
  for (const loser of decision.stop) moved.push(await stop(tx, jobs.get(loser.number) ?? '', loser, rungs))
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
}

async function promote(
  tx: Transaction,
  { sweepId, number, jobId, rungs }: { sweepId: string; number: number; jobId: string; rungs: readonly number[] },
): Promise<boolean> {
  const job = await lockJob(tx, jobId)
  if (job?.state !== 'paused') return false
  const { rung } = await tx.trial.update({
    where: { sweepId_number: { sweepId, number } },
    data: { rung: { increment: 1 } },
  })
  const share = rungs[rung] ?? 1
  await move(tx, jobId, { from: 'paused', to: 'queued', data: { pauseAt: share < 1 ? share : null } })
  return true
}

async function stop(
  tx: Transaction,
  jobId: string,
  { rung, rank, of }: Decision['stop'][number],
  rungs: readonly number[],
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
  await move(tx, jobId, { from: 'paused', to: 'stopped', reason })
  return true
}

function ending(states: JobState[], reasons: (Reason | null)[]): { state: SweepState; reason?: Reason } {
  if (states.includes('succeeded')) return { state: 'succeeded' }
  if (states.every((state) => state === 'canceled')) return { state: 'canceled' }
  const first = reasons.find((reason, i) => reason !== null && states[i] === 'failed')
  return {
    state: 'failed',
    reason: {
      ...{ code: 'no_trial_succeeded', fault: first?.fault ?? 'user', retryable: false },
      detail: `No trial had the whole budget${first === null || first === undefined ? '' : `; the first that failed: ${first.detail}`}`,
    },
  }
}

/** The best value of the objective so far, by job. */
async function bestValues(
  tx: Transaction,
  jobIds: string[],
  { metric, mode }: Objective,
): Promise<Map<string, number>> {
  const rows = await tx.metric.groupBy({
    by: ['jobId'],
    where: { jobId: { in: jobIds }, key: metric },
    ...{ _max: { value: true }, _min: { value: true } },
  })
  return new Map(
    rows.flatMap(({ jobId, _max, _min }) => {
      const value = mode === 'max' ? _max.value : _min.value
      return value === null ? [] : [[jobId, value]]
    }),
  )
}

async function trialsOf(prisma: PrismaClient, { id, request }: SweepRow): Promise<SweepTrial[]> {
  const rows = await prisma.trial.findMany({
    where: { sweepId: id },
    include: { job: { select: { state: true, progress: true, accuracy: true, reason: true } } },
    orderBy: { number: 'asc' },
  })
  const { objective } = request as unknown as SweepPlan
  const values = await bestValues(
    prisma,
    rows.map(({ jobId }) => jobId),
    objective,
  )
  return rows.map(({ number, jobId, parameters, rung, job }): SweepTrial => {
    const progress = job.progress as Progress | null
    return {
      ...{ number, job: jobId, state: job.state as JobState, parameters, rung },
      done: progress === null ? 0 : progress.step / progress.totalSteps,
      value: values.get(jobId) ?? null,
      accuracy: job.accuracy,
      reason: job.reason as Reason | null,
    }
  })
}

function summaryOf(row: SweepRow, { objective }: SweepPlan, trials: SweepTrial[]): SweepSummary {
  return {
    ...{ id: row.id, name: row.name, dataset: row.datasetId, kind: row.kind as SweepSummary['kind'] },
    ...{ state: row.state as SweepState, objective, best: bestOf(trials, objective) },
    counts: { trials: trials.length, ended: trials.filter(({ state }) => ENDED_STATES.includes(state)).length },
    reason: row.reason as Reason | null,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }
}

const sweepOf = (
  row: SweepRow,
  plan: SweepPlan,
  { trials, result }: { trials: SweepTrial[]; result: unknown },
): Sweep => ({
  ...summaryOf(row, plan, trials),
  ...{ spec: plan.spec, space: plan.space, rungs: plan.rungs, trials, result },
})

/** The report of a sweep that is one job of another kind than training. */
async function resultOf(prisma: PrismaClient, { kind }: SweepRow, [trial]: SweepTrial[]): Promise<unknown> {
  if ((kind !== 'range-test' && kind !== 'policy-search') || trial === undefined) return null
  return (await prisma.job.findUnique({ where: { id: trial.job }, select: { report: true } }))?.report ?? null
}
