import type { TrashedType } from '../service/trash-resources.ts'
import { fromNow, NOW } from './clock.ts'
import type { Transaction } from './prisma-types.ts'

/** Shows a transaction of the API what is in the trash. */
export async function seeTrash(tx: Pick<Transaction, '$executeRaw'>): Promise<void> {
  await tx.$executeRaw`SELECT set_config('anneal.trash', 'on', true)`
}

interface TrashedThing {
  id: string
  teamId: string
  type: TrashedType
  name: string
  sizeBytes: number | bigint
}

/** Makes the entry of the trash under which rows are hidden. A data set of which some versions are there already keeps its entry. */
export async function putInTrash(tx: Transaction, thing: TrashedThing, keptMs: number): Promise<void> {
  const { id, teamId, type, name, sizeBytes } = thing
  await tx.$executeRaw`
    INSERT INTO "Trash" ("id", "teamId", "type", "name", "sizeBytes", "deletedAt", "purgeAt")
    VALUES (${id}, ${teamId}, ${type}, ${name}, ${sizeBytes}::bigint, ${NOW}, ${fromNow(keptMs)})
    ON CONFLICT ("id") DO UPDATE SET "sizeBytes" = "Trash"."sizeBytes" + excluded."sizeBytes", "deletedAt" = excluded."deletedAt", "purgeAt" = excluded."purgeAt"`
}

/** Bytes of the checkpoints and artifacts of jobs, but for those that are in the trash by themselves. */
export async function bytesOfJobs(tx: Transaction, ids: readonly string[]): Promise<bigint> {
  const where = { jobId: { in: [...ids] }, trashId: null }
  const { _sum: checkpoints } = await tx.checkpoint.aggregate({ where, _sum: { sizeBytes: true } })
  const { _sum: artifacts } = await tx.artifact.aggregate({ where, _sum: { sizeBytes: true } })
  return (checkpoints.sizeBytes ?? 0n) + (artifacts.sizeBytes ?? 0n)
}

export const artifactEntry = (jobId: string, kind: string): string => `${jobId}:${kind}`
