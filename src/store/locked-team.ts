import { AppError } from '../errors.ts'
import type { Team as TeamRow } from './generated/client.ts'
import type { Transaction } from './prisma-types.ts'

/** Nobody else changes the team, or its members, until the transaction ends. */
export const lockTeam = (tx: Transaction, teamId: string): Promise<unknown> =>
  tx.$queryRaw`SELECT 1 FROM "Team" WHERE "id" = ${teamId} FOR NO KEY UPDATE`

/** A team, which nobody else changes until the transaction ends. @throws AppError `not_found` */
export async function lockedTeam(tx: Transaction, teamId: string): Promise<TeamRow> {
  await lockTeam(tx, teamId)
  const row = await tx.team.findUnique({ where: { id: teamId } })
  if (row?.trashId !== null) throw new AppError('not_found', `There is no team ${teamId}.`)
  return row
}
