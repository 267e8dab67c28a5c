import { AppError } from '../errors.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import type { Quota, TeamStore } from '../service/ports/teams.ts'
import { addKey } from './api-keys.ts'
import { recordChange } from './audit.ts'
import type { Prisma, PrismaClient, Team as TeamRow } from './generated/client.ts'
import { addMember } from './members.ts'
import { lockedTeam } from './locked-team.ts'
import { newest, page } from './pages.ts'
import { quotaOf, quotasInUse, usageOf } from './quota.ts'
import { operatedTeamOf, teamOf } from './rows.ts'
import { deleteTeam } from './team-deletion.ts'
import { changeQuota, ownQuotaOf } from './team-quota.ts'

/** Teams. */
export function teamStore(prisma: PrismaClient, quota: Quota): TeamStore {
  return {
    createTeam: ({ id, name, key, member }, by) =>
      prisma.$transaction(async (tx) => {
        const row = await tx.team.create({ data: { id, name } })
        await recordChange(tx, { ...about(row.id, by), action: 'createTeam', after: operatedTeamOf(row) })
        await addKey(tx, row.id, key, by)
        if (member !== undefined) await addMember(tx, row.id, member, by)
        return teamOf(row)
      }),
    async team(teamId) {
      const row = await prisma.team.findFirst({ where: { id: teamId } })
      return row === null ? undefined : teamOf(row)
    },
    async operatedTeam(teamId) {
      const row = await prisma.team.findFirst({ where: { id: teamId, trashId: null } })
      return row === null ? undefined : operatedTeamOf(row)
    },
    async teams(request) {
      const listed = newest(request)
      const rows = await prisma.team.findMany({ ...listed, where: { ...listed.where, trashId: null } })
      return page(rows, request.limit, operatedTeamOf)
    },
    renameTeam: (teamId, name, by) => change(teamId, 'renameTeam', by, () => ({ name })),
    suspendTeam: (teamId, suspend, by) =>
      change(teamId, suspend ? 'suspendTeam' : 'resumeTeam', by, ({ suspendedAt }) => {
        if ((suspendedAt !== null) === suspend)
          throw new AppError('wrong_state', `Team ${teamId} is ${suspend ? 'suspended already' : 'not suspended'}.`)
        return { suspendedAt: suspend ? new Date() : null }
      }),
    deleteTeam: (teamId, by, keptMs) => deleteTeam(prisma, teamId, by, keptMs),
    quota: (teamId) => quotaOf(prisma, quota, teamId),
    ownQuota: async (teamId) => {
      const row = await prisma.team.findFirst({ where: { id: teamId }, select: { quota: true, weight: true } })
      return row === null ? undefined : ownQuotaOf(row)
    },
    setQuota: (teamId, quotaChange, by) => changeQuota(prisma, teamId, quotaChange, by),
    usage: (teamId) => usageOf(prisma, teamId),
    quotasInUse: (teamIds) => quotasInUse(prisma, quota, teamIds),
  }

  function change(
    teamId: string,
    action: string,
    by: ChangedBy,
    data: (row: TeamRow) => Prisma.TeamUpdateInput,
  ): ReturnType<TeamStore['renameTeam']> {
    return prisma.$transaction(async (tx) => {
      const row = await lockedTeam(tx, teamId)
      const after = operatedTeamOf(await tx.team.update({ where: { id: teamId }, data: data(row) }))
      await recordChange(tx, { ...about(teamId, by), action, before: operatedTeamOf(row), after })
      return after
    })
  }
}

const about = (teamId: string, by: ChangedBy) => ({ teamId, by, resource: { type: 'team', id: teamId } })
