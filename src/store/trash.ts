import { AppError } from '../errors.ts'
import { datasetOfVersion } from '../service/dataset-ref.ts'
import type { PageRequest } from '../service/ports/caller.ts'
import type { TrashStore } from '../service/ports/trash.ts'
import type { Page } from '../service/resources.ts'
import type { TrashedType, TrashEntry } from '../service/trash-resources.ts'
import { recordChange } from './audit.ts'
import { chooseCurrent } from './dataset-versions.ts'
import { NOW } from './clock.ts'
import type { Prisma, PrismaClient, Trash as TrashRow } from './generated/client.ts'
import { eventCursor, page } from './pages.ts'
import type { Transaction } from './prisma-types.ts'
import { purgeDue, purgeEntry } from './purge.ts'
import { operatedTeamOf } from './rows.ts'
import { seeTrash } from './trash-entries.ts'

/** Milliseconds that restoring something, or a round of removing it, may take. */
const LIMITS = { timeout: 60_000, maxWait: 10_000 }

/** What was deleted and can be restored. */
export function trashStore(prisma: PrismaClient): TrashStore {
  const entries = async (where: Prisma.TrashWhereInput, { limit, after }: PageRequest): Promise<Page<TrashEntry>> => {
    const before = after === undefined ? {} : { seq: { lt: eventCursor(after) } }
    const rows = await prisma.trash.findMany({
      where: { ...where, ...before },
      orderBy: { seq: 'desc' },
      take: limit + 1,
    })
    return page(
      rows.map((row) => ({ id: row.seq, row })),
      limit,
      ({ row }) => trashEntryOf(row),
    )
  }
  const entry = async (where: Prisma.TrashWhereInput): Promise<TrashEntry | undefined> => {
    const row = await prisma.trash.findFirst({ where })
    return row === null ? undefined : trashEntryOf(row)
  }
  const teamsOwn = (teamId: string): Prisma.TrashWhereInput => ({ teamId, type: { not: 'team' } })
  return {
    trash: (teamId, request) => entries(teamsOwn(teamId), request),
    trashEntry: (teamId, id) => entry({ ...teamsOwn(teamId), id }),
    restore: (teamId, id) => prisma.$transaction((tx) => restore(tx, teamId, id), LIMITS),
    async purge(teamId, id) {
      // From now on nobody can restore it, also where this call is cut off.
      const { count } = await prisma.trash.updateMany({
        where: { ...teamsOwn(teamId), id },
        data: { purgeAt: new Date(0) },
      })
      if (count === 0) return false
      while ((await prisma.$transaction((tx) => purgeEntry(tx, id), LIMITS)) === 'more');
      return true
    },
    purgeDue: () => purgeDue(prisma),
    trashedTeams: (request) => entries({ type: 'team' }, request),
    trashedTeam: (teamId) => entry({ type: 'team', id: teamId }),
    restoreTeam: (teamId, by) =>
      prisma.$transaction(async (tx) => {
        const row = await lockedEntry(tx, teamId, teamId)
        if (row?.type !== 'team') return false
        const team = await tx.team.update({ where: { id: teamId }, data: { trashId: null } })
        await tx.trash.delete({ where: { id: teamId } })
        const resource = { type: 'team', id: teamId }
        const change = { before: trashEntryOf(row), after: operatedTeamOf(team) }
        await recordChange(tx, { teamId, by, action: 'restoreTeam', resource, ...change })
        return true
      }),
  }
}

export const trashEntryOf = ({ id, type, name, sizeBytes, deletedAt, purgeAt }: TrashRow): TrashEntry => ({
  id,
  type: type as TrashedType,
  name,
  sizeBytes: Number(sizeBytes),
  deletedAt: deletedAt.toISOString(),
  purgeAt: purgeAt.toISOString(),
})

/** @throws AppError `wrong_state` for one whose time is over */
async function lockedEntry(tx: Transaction, teamId: string, id: string): Promise<TrashRow | undefined> {
  const [row] = await tx.$queryRaw<(TrashRow & { due: boolean })[]>`
    SELECT *, "purgeAt" <= ${NOW} AS "due" FROM "Trash" WHERE "id" = ${id} AND "teamId" = ${teamId} FOR UPDATE`
  if (row?.due === true) throw new AppError('wrong_state', `${id} cannot be restored: its time in the trash is over.`)
  return row
}

async function restore(tx: Transaction, teamId: string, id: string): Promise<TrashEntry | undefined> {
  await seeTrash(tx)
  const row = await lockedEntry(tx, teamId, id)
  if (row === undefined || row.type === 'team') return undefined
  const hidden = { where: { trashId: id }, data: { trashId: null } }
  if (row.type === 'checkpoint' || row.type === 'artifact') await requireJob(tx, id)
  await tx.checkpoint.updateMany(hidden)
  await tx.artifact.updateMany(hidden)
  await tx.job.updateMany(hidden)
  await tx.sweep.updateMany(hidden)
  await tx.$executeRaw`
    UPDATE "DatasetVersion" SET "state" = "trashedState", "trashedState" = NULL, "trashId" = NULL WHERE "trashId" = ${id}`
  if (row.type === 'dataset' || row.type === 'datasetVersion') await chooseCurrent(tx, datasetOfVersion(id))
  await tx.trash.delete({ where: { id } })
  return trashEntryOf(row)
}

/** What belongs to a job is restored once the job is. */
async function requireJob(tx: Transaction, id: string): Promise<void> {
  const inTrash = { trashId: { not: null } }
  const job = await tx.job.findFirst({
    where: { ...inTrash, OR: [{ checkpoints: { some: { trashId: id } } }, { artifacts: { some: { trashId: id } } }] },
    select: { id: true, trashId: true },
  })
  if (job !== null)
    throw new AppError('wrong_state', `${id} is of job ${job.id}, which is in the trash: restore ${job.trashId} first.`)
}
