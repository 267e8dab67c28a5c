import type { QuotaChange } from '../service/ports/teams.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import { recordChange } from './audit.ts'
import type { PrismaClient, Team as TeamRow } from './generated/client.ts'
import { lockedTeam } from './locked-team.ts'

/** Gives a team limits and a weight of its own. Of two changes at once each keeps what the other has set. @throws AppError `not_found` */
export const changeQuota = (
  prisma: PrismaClient,
  teamId: string,
  { limits = {}, weight }: QuotaChange,
  by: ChangedBy,
): Promise<void> =>
  prisma.$transaction(async (tx) => {
    const before = ownQuotaOf(await lockedTeam(tx, teamId))
    const merged = Object.entries({ ...before.limits, ...limits }).filter(([, limit]) => limit !== null)
    const row = await tx.team.update({
      where: { id: teamId },
      data: { quota: Object.fromEntries(merged), ...(weight === undefined ? {} : { weight }) },
    })
    const resource = { type: 'team', id: teamId }
    await recordChange(tx, { teamId, by, resource, action: 'changeTeamQuota', before, after: ownQuotaOf(row) })
  })

/** What the team has of its own; the installation's limits hold for the others. */
export const ownQuotaOf = ({ quota, weight }: Pick<TeamRow, 'quota' | 'weight'>) => ({
  weight,
  limits: quota as Record<string, number>,
})
