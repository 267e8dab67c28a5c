import { newId } from '../service/ids.ts'
import type { Role } from '../service/people-resources.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import type { Identity, NewSession, PeopleStore, PersonSession } from '../service/ports/people.ts'
import { recordChange } from './audit.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma, type Member as MemberRow, type PrismaClient } from './generated/client.ts'
import { knownKeys } from './known-keys.ts'
import type { Transaction } from './prisma-types.ts'
import { memberOf } from './rows.ts'

/** Of a person or key, in all browsers; the oldest ends for a newer one. */
const MAX_SESSIONS = 50

type SessionStore = Pick<PeopleStore, 'openSession' | 'openKeySession' | 'session' | 'endSession'>
/** Whose a session is: a person's, or that of whoever has a key. */
type Owner = { personId: string } | { keyId: string }

/** Who is signed in. */
export function sessionStore(prisma: PrismaClient): SessionStore {
  return {
    openSession: (identity, session, requestId) =>
      prisma.$transaction(async (tx) => {
        const person = await admitted(tx, identity, requestId)
        if (person === undefined) return false
        await addSession(tx, session, { personId: person.id })
        await recordChange(tx, about('signIn', session.id, { teamId: null, by: person }))
        return true
      }),
    openKeySession: ({ teamId, keyId }, session, by) =>
      prisma.$transaction(async (tx) => {
        const expiresAt = await addSession(tx, session, { keyId })
        const change = about('openSession', session.id, { teamId, by })
        await recordChange(tx, { ...change, after: { key: keyId, expiresAt: expiresAt.toISOString() } })
      }),
    async session(hash) {
      const [open] = await prisma.$queryRaw<OpenRow[]>`
        SELECT session."id", session."expiresAt", session."personId", key."hash" AS "keyHash"
        FROM "Session" AS session LEFT JOIN "ApiKey" AS key ON key."id" = session."keyId"
        WHERE session."hash" = ${hash} AND session."expiresAt" > ${NOW}`
      if (open === undefined) return undefined
      const { id, personId, keyHash } = open
      const session = { id, expiresAt: open.expiresAt.toISOString() }
      if (personId !== null) return personSession(prisma, session, personId)
      if (keyHash === null) return undefined
      return { ...session, person: null, key: (await knownKeys(prisma, [keyHash])).get(keyHash) }
    },
    endSession: (hash, requestId) => prisma.$transaction((tx) => ended(tx, hash, requestId)),
  }
}

interface OpenRow {
  id: string
  expiresAt: Date
  personId: string | null
  keyHash: string | null
}

/** Of what its owner has, the oldest go where there would be too many. @returns when it ends */
async function addSession(tx: Transaction, { id, hash, keptMs }: NewSession, owner: Owner): Promise<Date> {
  const { personId, keyId } = { personId: null, keyId: null, ...owner }
  await tx.$executeRaw`DELETE FROM "Session" WHERE "expiresAt" < ${NOW}`
  await tx.$executeRaw`
    DELETE FROM "Session" WHERE "id" IN (
      SELECT "id" FROM "Session" WHERE "personId" = ${personId} OR "keyId" = ${keyId} ORDER BY "id" DESC OFFSET ${MAX_SESSIONS - 1}
    )`
  const [row] = await tx.$queryRaw<[{ expiresAt: Date }]>`
    INSERT INTO "Session" ("id", "hash", "personId", "keyId", "expiresAt")
    VALUES (${id}, ${hash}, ${personId}, ${keyId}, ${fromNow(keptMs)}) RETURNING "expiresAt"`
  return row.expiresAt
}

async function personSession(
  prisma: PrismaClient,
  session: Pick<PersonSession, 'id' | 'expiresAt'>,
  personId: string,
): Promise<PersonSession | undefined> {
  const person = await prisma.person.findFirst({
    where: { id: personId },
    include: { members: { include: { team: true }, orderBy: { id: 'asc' } } },
  })
  if (person === null) return undefined
  return {
    ...session,
    person: { id: person.id, email: person.email, name: person.name },
    memberships: person.members.map(({ id, email, team, role }) => ({
      memberId: id,
      email,
      team: { id: team.id, name: team.name },
      role: role as Role,
      suspended: team.suspendedAt !== null,
    })),
  }
}

async function ended(tx: Transaction, hash: string, requestId: string | null): Promise<void> {
  const [row] = await tx.$queryRaw<{ id: string; personId: string | null; keyId: string | null }[]>`
    DELETE FROM "Session" WHERE "hash" = ${hash} RETURNING "id", "personId", "keyId"`
  if (row === undefined) return
  const by = row.personId === null ? await keyOwner(tx, row.keyId ?? '') : await personOwner(tx, row.personId)
  await recordChange(tx, about('signOut', row.id, { ...by, by: { ...by.by, requestId } }))
}

interface SignedIn {
  /** Null of a person, who may be in several. */
  teamId: string | null
  by: ChangedBy
}

async function personOwner(tx: Transaction, id: string): Promise<SignedIn> {
  const { email, subject } = await tx.person.findUniqueOrThrow({ where: { id } })
  return { teamId: null, by: personBy({ id, email, subject }, null) }
}

async function keyOwner(tx: Transaction, id: string): Promise<SignedIn> {
  const { teamId, name, member } = await tx.apiKey.findUniqueOrThrow({ where: { id }, include: { member: true } })
  const by = { keyId: id, requestId: null }
  const { personId, email } = member ?? { personId: null, email: name }
  return personId === null
    ? { teamId, by: { ...by, kind: 'key', id, name } }
    : { teamId, by: { ...by, kind: 'person', id: personId, name: email } }
}

const about = (action: string, id: string, signedIn: SignedIn) => ({
  ...signedIn,
  action,
  resource: { type: 'session', id },
})

const personBy = (
  { id, email, subject }: { id: string; email: string | null; subject: string },
  requestId: string | null,
): ChangedBy => ({ kind: 'person', id, name: email ?? subject, keyId: null, requestId })

/** A session in one of its teams, or with its key, as a caller's credential. */
const SEPARATOR = '.'
export const validSessions = async (prisma: PrismaClient, keyIds: readonly string[]): Promise<string[]> => {
  const ids = keyIds.filter((id) => id.includes(SEPARATOR))
  if (ids.length === 0) return []
  const asked = Prisma.sql`session."id" = ANY(${ids.map((id) => id.split(SEPARATOR)[0] ?? '')})
    AND session."expiresAt" > ${NOW} AND team."suspendedAt" IS NULL`
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    SELECT session."id" || ${SEPARATOR} || member."id" AS "id"
    FROM "Session" AS session JOIN "Member" AS member ON member."personId" = session."personId"
    JOIN "Team" AS team ON team."id" = member."teamId"
    WHERE ${asked} AND session."id" || ${SEPARATOR} || member."id" = ANY(${ids})
    UNION ALL
    SELECT session."id" || ${SEPARATOR} || key."id"
    FROM "Session" AS session JOIN "ApiKey" AS key ON key."id" = session."keyId"
    JOIN "Team" AS team ON team."id" = key."teamId"
    WHERE ${asked} AND session."id" || ${SEPARATOR} || key."id" = ANY(${ids})
      AND key."revokedAt" IS NULL AND (key."expiresAt" IS NULL OR key."expiresAt" > ${NOW})`
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
