import type { FairShareSettings } from '../service/ports/fair-share.ts'
import { NOW } from './clock.ts'
import type { PrismaClient } from './generated/client.ts'
import { limitReason } from './job-limits.ts'
import { lockJob } from './job-moves.ts'
import { move } from './job-state.ts'
import type { Statements } from './prisma-types.ts'

/** Jobs that one round gives up. */
const MAX_ROUND = 100

/** Gives up jobs that wait and are at a limit. @returns their ids */
export async function endOverdueJobs(prisma: PrismaClient, fair: FairShareSettings): Promise<string[]> {
  const ended: string[] = []
  while (ended.length < MAX_ROUND) {
    const id = await prisma.$transaction((tx) => endOverdueJob(tx, fair))
    if (id === undefined) return ended
    ended.push(id)
  }
  return ended
}

async function endOverdueJob(tx: Statements, fair: FairShareSettings): Promise<string | undefined> {
  const [found] = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Job" WHERE "state" IN ('queued', 'paused') AND "giveUpAt" IS NOT NULL AND "giveUpAt" <= ${NOW}
    ORDER BY "giveUpAt" LIMIT 1 FOR UPDATE SKIP LOCKED`
  if (found === undefined) return undefined
  const job = await lockJob(tx, found.id)
  if (!job?.limit) return undefined
  await move(tx, found.id, { from: job.state, to: 'failed', reason: limitReason(job.limit, job), fair })
  return found.id
}

/** Ends the training of a running job that is at a limit, as `stop` does. @returns whether it was one */
export async function stopAtLimit(
  tx: Statements,
  { id, token, fair }: { id: string; token: number; fair: FairShareSettings },
): Promise<boolean> {
  const job = await lockJob(tx, id)
  if (job?.token !== token || job.wish !== null || job.limit === null) return false
  if (job.state !== 'starting' && job.state !== 'running' && job.state !== 'pausing') return false
  await move(tx, id, { from: job.state, to: 'stopping', changes: { wish: 'stop', limitReached: job.limit }, fair })
  return true
}
