import { datasetOfVersion, numberOfVersion } from '../service/dataset-ref.ts'
import { ENDED_STATES, type JobState } from '../service/job-states.ts'
import type { FairShareSettings } from '../service/ports/fair-share.ts'
import type { SweepStore } from '../service/ports/sweeps.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { Progress, Reason } from '../service/resources.ts'
import {
  bestOf,
  type SweepPlan,
  type SweepResult,
  type SweepState,
  type SweepSummary,
  type SweepTrial,
} from '../service/sweep-resources.ts'
import type { PrismaClient, Sweep as SweepRow } from './generated/client.ts'
import { ask } from './job-moves.ts'
import { notifyOfSweep } from './notices.ts'
import { advance } from './sweep-advance.ts'
import { createSweep } from './sweep-creation.ts'
import { sweepSummaries } from './sweep-summaries.ts'
import { bestValues } from './sweep-values.ts'

/** Milliseconds that a transaction over every trial of a sweep may take. */
const LIMITS = { timeout: 60_000, maxWait: 10_000 }

/** Sweeps on PostgreSQL: every decision is one transaction under the sweep's row lock. */
export function sweepStore(prisma: PrismaClient, quota: Quota, fair: FairShareSettings): SweepStore {
  return {
    createSweep: (sweep) => prisma.$transaction((tx) => createSweep(tx, quota, sweep), LIMITS),
    async sweep(teamId, id) {
      const row = await prisma.sweep.findFirst({ where: { id, teamId } })
      if (row === null) return undefined
      const plan = row.request as unknown as SweepPlan
      const { spec, space, rungs } = plan
      const trials = await trialsOf(prisma, row)
      const result = await resultOf(prisma, row, trials)
      return { ...summaryOf(row, plan, trials), spec, space, rungs, trials, result }
    },
    sweeps: (teamId, request) => sweepSummaries(prisma, teamId, request),
    cancelSweep: (teamId, id) =>
      prisma.$transaction(async (tx) => {
        const { count } = await tx.sweep.updateMany({
          where: { id, teamId, state: 'running' },
          data: { state: 'canceled', endedAt: new Date() },
        })
        if (count === 0) return false
        await notifyOfSweep(tx, id)
        const trials = await tx.trial.findMany({ where: { sweepId: id }, orderBy: { number: 'asc' } })
        for (const { jobId } of trials) await ask(tx, { teamId, id: jobId, action: 'cancel', fair })
        return true
      }, LIMITS),
    runningSweeps: async () =>
      (await prisma.sweep.findMany({ where: { state: 'running' }, select: { id: true }, orderBy: { id: 'asc' } })).map(
        ({ id }) => id,
      ),
    advanceSweep: (id) => prisma.$transaction((tx) => advance(tx, id, fair), LIMITS),
  }
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
      number,
      job: jobId,
      state: job.state as JobState,
      parameters: parameters as SweepTrial['parameters'],
      rung,
      done: progress === null ? 0 : progress.step / progress.totalSteps,
      value: values.get(jobId) ?? null,
      accuracy: job.accuracy,
      reason: job.reason as Reason | null,
    }
  })
}

function summaryOf(row: SweepRow, { objective }: SweepPlan, trials: SweepTrial[]): SweepSummary {
  return {
    id: row.id,
    name: row.name,
    dataset: datasetOfVersion(row.datasetId),
    datasetVersion: numberOfVersion(row.datasetId),
    kind: row.kind as SweepSummary['kind'],
    state: row.state as SweepState,
    objective,
    best: bestOf(trials, objective),
    counts: { trials: trials.length, ended: trials.filter(({ state }) => ENDED_STATES.includes(state)).length },
    reason: row.reason as Reason | null,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }
}

/** The report of a sweep that is one job of another kind than training. */
async function resultOf(prisma: PrismaClient, { kind }: SweepRow, [trial]: SweepTrial[]): Promise<SweepResult> {
  if ((kind !== 'range-test' && kind !== 'policy-search') || trial === undefined) return null
  const job = await prisma.job.findFirst({ where: { id: trial.job }, select: { report: true } })
  return (job?.report ?? null) as SweepResult
}
