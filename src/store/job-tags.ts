import { AppError } from '../errors.ts'
import type { JobStore } from '../service/ports/jobs.ts'
import type { Transaction } from './prisma-types.ts'

/** Adds tags and takes others away. @throws AppError `invalid_request` where it would have too many */
export async function tagJob(
  tx: Transaction,
  { teamId, id }: { teamId: string; id: string },
  { add, remove, max }: Parameters<JobStore['tagJob']>[2],
): Promise<boolean> {
  const [job] = await tx.$queryRaw<{ tags: string[] }[]>`
    SELECT "tags" FROM "Job" WHERE "id" = ${id} AND "teamId" = ${teamId} FOR UPDATE`
  if (job === undefined) return false
  const tags = [...new Set([...job.tags, ...add])].filter((tag) => !remove.includes(tag))
  if (tags.length > max)
    throw new AppError('invalid_request', `Job ${id} would have ${tags.length} tags of at most ${max}.`)
  await tx.job.update({ where: { id }, data: { tags }, select: { id: true } })
  return true
}
