import { AppError } from '../errors.ts'
import { parseDatasetRef, versionId } from '../service/dataset-ref.ts'
import type { SharedThing, ShareStore } from '../service/ports/registry.ts'
import type { By, Share } from '../service/registry-resources.ts'
import type { SharedBy } from '../service/resources.ts'
import { Prisma, type PrismaClient, type Share as ShareRow } from './generated/client.ts'
import { older, page } from './pages.ts'
import { json } from './prisma-types.ts'

const [NO_PARENT, TAKEN] = ['P2003', 'P2002']

const shareOf = ({ toTeamId, sharedBy, createdAt }: ShareRow): Share => ({
  team: toTeamId,
  sharedBy: sharedBy as By,
  createdAt: createdAt.toISOString(),
})

/** What teams let others read. The database's policies show a share to both teams, and what is shared to the one that it is shared with. */
export function shareStore(prisma: PrismaClient): ShareStore {
  return {
    async share(teamId, thing, { id, team, by }) {
      const data = { id, teamId, toTeamId: team, ...columnsOf(thing), sharedBy: json(by) }
      try {
        return shareOf(await prisma.share.create({ data }))
      } catch (error) {
        if (!(error instanceof Prisma.PrismaClientKnownRequestError)) throw error
        if (error.code === TAKEN) throw new AppError('conflict', `It is shared with team ${team} already.`)
        if (error.code === NO_PARENT) throw new AppError('not_found', `There is no team ${team}.`)
        throw error
      }
    },
    async shares(teamId, thing, request) {
      const query = older(teamId, request)
      const rows = await prisma.share.findMany({ ...query, where: { ...query.where, ...columnsOf(thing) } })
      return page(rows, request.limit, shareOf)
    },
    unshare: async (teamId, thing, toTeamId) =>
      (await prisma.share.deleteMany({ where: { teamId, toTeamId, ...columnsOf(thing) } })).count > 0,
    async namesOfSharing(teamId, owners) {
      const rows = await prisma.team.findMany({
        where: { id: { in: [...owners] }, shares: { some: { toTeamId: teamId } } },
        select: { id: true, name: true },
      })
      return new Map(rows.map(({ id, name }) => [id, name]))
    },
  }
}

const columnsOf = (thing: SharedThing) =>
  'modelId' in thing ? thing : { ...thing, firstVersionId: versionId(thing.datasetId, 1) }

/** A data set that a team reads: its own, or one that another shares with it; `ref` as of `versionOf`. */
export async function ownOrShared<T>(
  prisma: Pick<PrismaClient, 'share'>,
  { teamId, ref }: { teamId: string; ref: string },
  read: (owner: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const own = await read(teamId)
  if (own !== undefined) return own
  const datasetId = parseDatasetRef(ref)?.id ?? ref
  const share = await prisma.share.findFirst({ where: { datasetId, toTeamId: teamId }, select: { teamId: true } })
  return share === null ? undefined : read(share.teamId)
}

/** Ids of the data sets that others share with a team. */
export async function sharedDatasets(prisma: Pick<PrismaClient, 'share'>, toTeamId: string): Promise<string[]> {
  const rows = await prisma.share.findMany({
    where: { toTeamId, datasetId: { not: null } },
    select: { datasetId: true },
  })
  return rows.flatMap(({ datasetId }) => (datasetId === null ? [] : [datasetId]))
}

/** Whose it is, where it is another team's, under its id: the name is for `namesOfSharing` to say. */
export const sharedBy = (teamId: string, row: { teamId: string }): SharedBy =>
  row.teamId === teamId ? null : { team: row.teamId, name: row.teamId }
