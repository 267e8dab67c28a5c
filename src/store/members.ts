import { AppError } from '../errors.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import type { PeopleStore } from '../service/ports/people.ts'
import type { Member, Role } from '../service/people-resources.ts'
import { recordChange } from './audit.ts'
import type { Member as MemberRow, PrismaClient } from './generated/client.ts'
import { lockTeam } from './locked-team.ts'
import { older, page } from './pages.ts'
import type { Transaction } from './prisma-types.ts'
import { keyOf, memberOf } from './rows.ts'

const MAX_MEMBERS = 1000

type MemberStore = Pick<PeopleStore, 'members' | 'member' | 'inviteMember' | 'changeRole' | 'removeMember'>

/** Members of teams; changes of one team's members wait for one another, so that two cannot take its last owners. */
export function memberStore(prisma: PrismaClient): MemberStore {
  return {
    members: async (teamId, request) =>
      page(await prisma.member.findMany(older(teamId, request)), request.limit, memberOf),
    async member(teamId, id) {
      const row = await prisma.member.findFirst({ where: { teamId, id } })
      return row === null ? undefined : memberOf(row)
    },
    inviteMember: (teamId, member, by) => prisma.$transaction((tx) => addMember(tx, teamId, member, by)),
    changeRole: (teamId, id, role, by) =>
      prisma.$transaction(async (tx) => {
        const row = await locked(tx, teamId, id)
        if (row === undefined) return undefined
        if (role !== 'owner') await requireOtherOwner(tx, row)
        const changed = memberOf(await tx.member.update({ where: { id }, data: { role } }))
        await recordChange(tx, {
          ...about(teamId, id, by),
          action: 'changeRole',
          before: memberOf(row),
          after: changed,
        })
        return changed
      }),
    removeMember: (teamId, id, by) =>
      prisma.$transaction(async (tx) => {
        const row = await locked(tx, teamId, id)
        if (row === undefined) return false
        await requireOtherOwner(tx, row)
        const keys = await tx.apiKey.findMany({ where: { memberId: id, revokedAt: null } })
        await tx.member.delete({ where: { id } })
        const before = { ...memberOf(row), keys: keys.map(keyOf) }
        await recordChange(tx, { ...about(teamId, id, by), action: 'removeMember', before })
        return true
      }),
  }
}

const about = (teamId: string, id: string, by: ChangedBy) => ({ teamId, by, resource: { type: 'member', id } })

export async function addMember(
  tx: Transaction,
  teamId: string,
  { id, email, role }: { id: string; email: string; role: Role },
  by: ChangedBy,
): Promise<Member> {
  await lockTeam(tx, teamId)
  const known = await tx.member.findUnique({ where: { teamId_email: { teamId, email } } })
  if (known !== null) throw new AppError('conflict', `${email} is member ${known.id} of the team already.`)
  if ((await tx.member.count({ where: { teamId } })) >= MAX_MEMBERS)
    throw new AppError('quota_exceeded', `The team has ${MAX_MEMBERS} members; remove one to invite another.`)
  const member = memberOf(await tx.member.create({ data: { id, teamId, email, role } }))
  await recordChange(tx, { ...about(teamId, id, by), action: 'inviteMember', after: member })
  return member
}

async function locked(tx: Transaction, teamId: string, id: string): Promise<MemberRow | undefined> {
  await lockTeam(tx, teamId)
  return (await tx.member.findFirst({ where: { teamId, id } })) ?? undefined
}

/**
 * In the place of an owner who has joined, another must have joined too: nobody knows whether one who was invited ever comes.
 * @throws AppError `conflict` for the last owner
 */
async function requireOtherOwner(tx: Transaction, { id, teamId, role, personId }: MemberRow): Promise<void> {
  if (role !== 'owner') return
  const joined = personId === null ? {} : { personId: { not: null } }
  if ((await tx.member.count({ where: { teamId, role: 'owner', id: { not: id }, ...joined } })) > 0) return
  throw new AppError(
    'conflict',
    `Member ${id} is the last owner of the team${personId === null ? '' : ' who has signed in'}; make another member an owner first.`,
  )
}
