import type { NewSweep } from '../service/ports/sweeps.ts'
import type { Quota } from '../service/ports/teams.ts'
import { json, type Transaction } from './prisma-types.ts'
import { requireDeviceHours, requireQuota } from './quota.ts'
import { requireReady, useCheckpoints } from './submission.ts'

/** An insert of many large specs would keep the event loop from other calls. */
const TRIALS_PER_INSERT = 5

/** Sweep, jobs, trials and messages. */
export async function createSweep(tx: Transaction, quota: Quota, { trials, plan, ...sweep }: NewSweep): Promise<void> {
  const [firstRung = 1] = plan.rungs
  await requireQuota(tx, { quota, teamId: sweep.teamId, of: 'queuedJobs', adds: trials.length })
  await requireDeviceHours(tx, quota, sweep.teamId)
  await requireReady(tx, sweep.datasetId)
  await tx.sweep.create({ data: { ...sweep, state: 'running', request: json(plan) } })
  for (let from = 0; from < trials.length; from += TRIALS_PER_INSERT)
    await tx.job.createMany({
      data: trials
        .slice(from, from + TRIALS_PER_INSERT)
        .map(({ job: { spec, reasons, warnings = [], task, ...job } }) => ({
          ...job,
          state: 'queued',
          spec: json(spec),
          reasons: json(reasons),
          warnings: json(warnings),
          sweepId: sweep.id,
          ...(task === undefined ? {} : { task: json(task) }),
          ...(firstRung < 1 ? { pauseAt: firstRung } : {}),
        })),
    })
  const jobs = trials.map(({ job }) => job)
  await useCheckpoints(tx, jobs)
  await tx.transition.createMany({ data: jobs.map(({ id }) => ({ jobId: id, to: 'queued' })) })
  await tx.trial.createMany({
    data: trials.map(({ job, parameters }, i) => ({
      sweepId: sweep.id,
      number: i + 1,
      jobId: job.id,
      parameters: json(parameters),
    })),
  })
  await tx.outbox.createMany({ data: jobs.map(({ id }) => ({ kind: 'job', ref: id })) })
}
