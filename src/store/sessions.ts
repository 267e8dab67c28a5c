import { newId } from '../service/ids.ts'
import type { Role } from '../service/people-resources.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import type { Identity, PeopleStore } from '../service/ports/people.ts'
import { recordChange } from './audit.ts'
import { fromNow, NOW } from './clock.ts'
import type { Member as MemberRow, PrismaClient } from './generated/client.ts'
import type { Transaction } from './prisma-types.ts'
import { memberOf } from './rows.ts'

/** Of a person, in all their browsers; the oldest ends for a newer one. */
const MAX_SESSIONS = 50

type SessionStore = Pick<PeopleStore, 'openSession' | 'session' | 'endSession'>

/** People who are signed in. */
export function sessionStore(prisma: PrismaClient): SessionStore {
  return {
    openSession: (identity, session, requestId) =>
      prisma.$transaction(async (tx) => {
        const person = await admitted(tx, identity, requestId)
        if (person === undefined) return false
        await tx.$executeRaw`DELETE FROM "Session" WHERE "expiresAt" < ${NOW}`
        await tx.$executeRaw`
          DELETE FROM "Session" WHERE "id" IN (
            SELECT "id" FROM "Session" WHERE "personId" = ${person.id} ORDER BY "id" DESC OFFSET ${MAX_SESSIONS - 1}
          )`
        await tx.$executeRaw`
          INSERT INTO "Session" ("id", "hash", "personId", "expiresAt")
          VALUES (${session.id}, ${session.hash}, ${person.id}, ${fromNow(session.keptMs)})`
        await recordChange(tx, about('signIn', session.id, person))
        return true
      }),
    async session(hash) {
      const [open] = await prisma.$queryRaw<{ id: string }[]>`
        SELECT "id" FROM "Session" WHERE "hash" = ${hash} AND "expiresAt" > ${NOW}`
      if (open === undefined) return undefined
      const row = await prisma.session.findFirst({
        where: { id: open.id },
        include: { person: { include: { members: { include: { team: true }, orderBy: { id: 'asc' } } } } },
      })
      if (row === null) return undefined
      const { person } = row
      return {
        id: row.id,
        expiresAt: row.expiresAt.toISOString(),
        person: { id: person.id, email: person.email, name: person.name },
        memberships: person.members.map(({ id, email, team, role }) => ({
          memberId: id,
          email,
          team: { id: team.id, name: team.name },
          role: role as Role,
          suspended: team.suspendedAt !== null,
        })),
      }
    },
    endSession: (hash, requestId) =>
      prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ id: string; personId: string }[]>`
          DELETE FROM "Session" WHERE "hash" = ${hash} RETURNING "id", "personId"`
        if (row === undefined) return
        const { email, subject } = await tx.person.findUniqueOrThrow({ where: { id: row.personId } })
        await recordChange(tx, about('signOut', row.id, personBy({ id: row.personId, email, subject }, requestId)))
      }),
  }
}

/** Sessions belong to no team. */
const about = (action: string, id: string, by: ChangedBy) => ({
  teamId: null,
  by,
  action,
  resource: { type: 'session', id },
})

const personBy = (
  { id, email, subject }: { id: string; email: string | null; subject: string },
  requestId: string | null,
): ChangedBy => ({ kind: 'person', id, name: email ?? subject, keyId: null, requestId })

/** A session in one of its teams, as a caller's credential. */
const SEPARATOR = '.'
export const validSessions = async (prisma: PrismaClient, keyIds: readonly string[]): Promise<string[]> => {
  const ids = keyIds.filter((id) => id.includes(SEPARATOR))
  if (ids.length === 0) return []
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    SELECT session."id" || ${SEPARATOR} || member."id" AS "id"
    FROM "Session" AS session JOIN "Member" AS member ON member."personId" = session."personId"
    JOIN "Team" AS team ON team."id" = member."teamId"
    WHERE session."id" || ${SEPARATOR} || member."id" = ANY(${ids})
      AND session."id" = ANY(${ids.map((id) => id.split(SEPARATOR)[0] ?? '')})
      AND session."expiresAt" > ${NOW} AND team."suspendedAt" IS NULL`
  return rows.map(({ id }) => id)
}

/** The person with an identity who has, or now gets, a membership; undefined for anybody else. */
async function admitted(tx: Transaction, identity: Identity, requestId: string | null): Promise<ChangedBy | undefined> {
  const { issuer, subject, email, name } = identity
  const known = await tx.person.findUnique({
    where: { issuer_subject: { issuer, subject } },
    include: { members: true },
  })
  const own = new Set(known?.members.map(({ teamId }) => teamId))
  const invitations = email === undefined ? [] : await invited(tx, email)
  const accepted = invitations.filter(({ teamId }) => !own.has(teamId))
  if (own.size === 0 && accepted.length === 0) return undefined
  const facts = { ...(email === undefined ? {} : { email }), ...(name === undefined ? {} : { name }) }
  const person =
    known === null
      ? await tx.person.create({ data: { id: newId('person', Date.now()), issuer, subject, ...facts } })
      : await tx.person.update({ where: { id: known.id }, data: facts })
  const by = personBy(person, requestId)
  for (const member of accepted) await join(tx, member, by)
  return by
}

const invited = async (tx: Transaction, email: string): Promise<MemberRow[]> => {
  await tx.$queryRaw`SELECT 1 FROM "Member" WHERE "email" = ${email} ORDER BY "id" FOR UPDATE`
  return tx.member.findMany({ where: { email, personId: null } })
}

async function join(tx: Transaction, member: MemberRow, by: ChangedBy): Promise<void> {
  const { id, teamId } = member
  const joined = await tx.member.update({ where: { id }, data: { personId: by.id, joinedAt: new Date() } })
  const resource = { type: 'member', id }
  await recordChange(tx, {
    teamId,
    by,
    action: 'joinTeam',
    resource,
    before: memberOf(member),
    after: memberOf(joined),
  })
}
