import { AppError } from '../errors.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import type { KeysOf, KeyStore, NewKey, Quota } from '../service/ports/teams.ts'
import type { ApiKey } from '../service/resources.ts'
import { recordChange } from './audit.ts'
import { batched } from './gathered.ts'
import { NOW } from './clock.ts'
import type { ApiKey as KeyRow, PrismaClient } from './generated/client.ts'
import { knownKeys } from './known-keys.ts'
import { older, page } from './pages.ts'
import type { Transaction } from './prisma-types.ts'
import { requireQuota } from './quota.ts'
import { keyOf } from './rows.ts'
import { validSessions } from './sessions.ts'

const notRevoked = ({ teamId, memberId }: KeysOf) =>
  ({ teamId, revokedAt: null, ...(memberId === undefined ? {} : { memberId }) }) as const

/** API keys: a key is known from the moment on at which it is made, and refused from the moment on at which it is revoked, by every process. */
export function keyStore(prisma: PrismaClient, quota: Quota): KeyStore {
  const lookUp = batched((hashes) => knownKeys(prisma, hashes))
  return {
    createKey: (teamId, key, by) =>
      prisma.$transaction(async (tx) => {
        await requireQuota(tx, { quota, teamId, of: 'apiKeys' })
        return addKey(tx, teamId, key, by)
      }),
    async key(of, id) {
      const row = await prisma.apiKey.findFirst({ where: { ...notRevoked(of), id } })
      return row === null ? undefined : keyOf(row)
    },
    async keys(of, request) {
      const { where, ...order } = older(of.teamId, request)
      return page(
        await prisma.apiKey.findMany({ ...order, where: { ...notRevoked(of), ...where } }),
        request.limit,
        keyOf,
      )
    },
    rotateKey: (of, id, rotation, by) =>
      prisma.$transaction(async (tx) => {
        const row = await locked(tx, of, id)
        return row === undefined ? undefined : rotated(tx, row, rotation, by)
      }),
    revokeKey: (of, id, by) =>
      prisma.$transaction(async (tx) => {
        const row = await locked(tx, of, id)
        if (row === undefined) return false
        await tx.apiKey.update({ where: { id }, data: { revokedAt: new Date() } })
        await recordChange(tx, { ...changed(of.teamId, id, by), action: 'revokeApiKey', before: keyOf(row) })
        return true
      }),
    keyByHash: lookUp,
    async validKeys(keyIds) {
      const keys = await prisma.$queryRaw<{ id: string }[]>`
        SELECT key."id" FROM "ApiKey" AS key JOIN "Team" AS team ON team."id" = key."teamId"
        WHERE key."id" = ANY(${[...keyIds]}) AND key."revokedAt" IS NULL AND team."suspendedAt" IS NULL
          AND (key."expiresAt" IS NULL OR key."expiresAt" > ${NOW})`
      return [...keys.map(({ id }) => id), ...(await validSessions(prisma, keyIds))]
    },
  }
}

const changed = (teamId: string, id: string, by: ChangedBy) => ({ teamId, by, resource: { type: 'api-key', id } })

export async function addKey(tx: Transaction, teamId: string, key: NewKey, by: ChangedBy): Promise<ApiKey> {
  const { memberId = null, expiresAt = null, ...data } = key
  const made = keyOf(await tx.apiKey.create({ data: { ...data, teamId, memberId, expiresAt } }))
  await recordChange(tx, { ...changed(teamId, key.id, by), action: 'createApiKey', after: made })
  return made
}

async function locked(tx: Transaction, of: KeysOf, id: string): Promise<KeyRow | undefined> {
  await tx.$queryRaw`SELECT 1 FROM "ApiKey" WHERE "id" = ${id} FOR UPDATE`
  return (await tx.apiKey.findFirst({ where: { ...notRevoked(of), id } })) ?? undefined
}

type Rotation = Parameters<KeyStore['rotateKey']>[2]

async function rotated(tx: Transaction, row: KeyRow, { overlapMs, ...next }: Rotation, by: ChangedBy): Promise<ApiKey> {
  const { id, teamId, name, scopes, memberId, rotatedFrom } = row
  const now = Date.now()
  if (row.expiresAt !== null && row.expiresAt.getTime() <= now)
    throw new AppError('wrong_state', `API key ${id} has expired; create another one.`)
  const successor = await tx.apiKey.findFirst({ where: { rotatedFrom: id, revokedAt: null } })
  if (successor !== null)
    throw new AppError('wrong_state', `API key ${id} was rotated already: ${successor.id} took its place.`)
  // At most two keys of a chain are valid, so that rotation is no way round the limit of keys.
  if (rotatedFrom !== null)
    await tx.apiKey.updateMany({ where: { id: rotatedFrom, revokedAt: null }, data: { revokedAt: new Date(now) } })
  const ends = new Date(Math.min(row.expiresAt?.getTime() ?? Infinity, now + overlapMs))
  const old = await tx.apiKey.update({
    where: { id },
    data: { expiresAt: ends, ...(overlapMs === 0 ? { revokedAt: ends } : {}) },
  })
  const lifetime = row.expiresAt === null ? null : new Date(now + row.expiresAt.getTime() - row.createdAt.getTime())
  const made = await tx.apiKey.create({
    data: { ...next, teamId, name, scopes, memberId, rotatedFrom: id, expiresAt: next.expiresAt ?? lifetime },
  })
  await recordChange(tx, {
    ...changed(teamId, id, by),
    action: 'rotateApiKey',
    before: keyOf(row),
    after: { ...keyOf(old), replacement: keyOf(made), revoked: rotatedFrom },
  })
  return keyOf(made)
}
