import type { NewSweep } from '../service/ports/sweeps.ts'
import type { Quota } from '../service/ports/teams.ts'
import { insertJobs } from './job-creation.ts'
import { json, type Transaction } from './prisma-types.ts'
import { requireQueueRoom } from './quota.ts'
import { requireReady } from './submission.ts'

/** Sweep, jobs, trials and messages. */
export async function createSweep(tx: Transaction, quota: Quota, { trials, plan, ...sweep }: NewSweep): Promise<void> {
  const [firstRung = 1] = plan.rungs
  await requireQueueRoom(tx, { quota, teamId: sweep.teamId, adds: trials.length })
  await requireReady(tx, [sweep.datasetId])
  await tx.sweep.create({ data: { ...sweep, state: 'running', request: json(plan) } })
  const pause = firstRung < 1 ? { pauseAt: firstRung } : {}
  await insertJobs(
    tx,
    trials.map(({ job }) => ({ ...job, ...pause, sweepId: sweep.id })),
  )
  await tx.trial.createMany({
    data: trials.map(({ job, parameters }, i) => ({
      sweepId: sweep.id,
      number: i + 1,
      jobId: job.id,
      parameters: json(parameters),
    })),
  })
}
