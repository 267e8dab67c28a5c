import { AppError } from '../errors.ts'
import { changedBy } from './changed-by.ts'
import { dateTime } from './date-time.ts'
import { newId, newSecret } from './ids.ts'
import type { CallingMember, Caller, PageRequest } from './ports/caller.ts'
import type { KeysOf, KeyStore } from './ports/teams.ts'
import { requireFound } from './require-found.ts'
import type { ApiKey, Page, Scope } from './resources.ts'

const HOUR_MS = 3_600_000
/** Keys that expire later than that were hardly meant to. */
const MAX_LIFETIME_MS = 10 * 365 * 24 * HOUR_MS

export interface KeyRequest {
  name: string
  scopes: Scope[]
  expiresAt?: string | undefined
}

export interface Rotation {
  overlapHours: number
  expiresAt?: string | undefined
}

type Shown = ApiKey & { secret: string }

/**
 * API keys. Which of them a call is about: those of the whole team, for whoever has the scope `admin`, or a person's own. A secret is shown
 * once, when it is made.
 */
export function keyService({ store, now }: { store: KeyStore; now: () => number }) {
  return {
    keys: (caller: Caller, page: PageRequest): Promise<Page<ApiKey>> => store.keys(teamKeys(caller), page),
    ownKeys: (caller: Caller, page: PageRequest): Promise<Page<ApiKey>> => store.keys(ownKeys(caller), page),
    findKey: (caller: Caller, id: string): Promise<ApiKey | undefined> => store.key(teamKeys(caller), id),
    /** A key of no person: it stays when people leave. */
    createKey: (caller: Caller, request: KeyRequest, id = newId('key', now())): Promise<Shown> =>
      create(caller, request, { id }),
    createOwnKey: (caller: Caller, request: KeyRequest, id = newId('key', now())): Promise<Shown> =>
      create(caller, request, { id, memberId: requireMember(caller).id }),
    rotateKey: (caller: Caller, id: string, rotation: Rotation, newKey?: string): Promise<Shown> =>
      rotate(caller, teamKeys(caller), { id, rotation, newKey }),
    rotateOwnKey: (caller: Caller, id: string, rotation: Rotation, newKey?: string): Promise<Shown> =>
      rotate(caller, ownKeys(caller), { id, rotation, newKey }),
    revokeKey: (caller: Caller, id: string): Promise<void> => revoke(caller, teamKeys(caller), id),
    revokeOwnKey: (caller: Caller, id: string): Promise<void> => revoke(caller, ownKeys(caller), id),
  }

  async function create(
    caller: Caller,
    { name, scopes, expiresAt }: KeyRequest,
    whose: { id: string; memberId?: string },
  ): Promise<Shown> {
    const lacking = scopes.find((scope) => !caller.scopes.includes(scope))
    if (lacking !== undefined)
      throw new AppError('forbidden', `Nobody gives a key more than they have: you lack the scope \`${lacking}\`.`)
    const { secret, hash } = newSecret()
    const key = { ...whose, name, scopes, hash, expiresAt: expiry(expiresAt, now()) }
    return { ...(await store.createKey(caller.teamId, key, changedBy(caller))), secret }
  }

  async function rotate(
    caller: Caller,
    of: KeysOf,
    { id, rotation, newKey }: { id: string; rotation: Rotation; newKey: string | undefined },
  ): Promise<Shown> {
    const old = requireFound(await store.key(of, id), 'API key', id)
    const lacking = old.scopes.find((scope) => !caller.scopes.includes(scope))
    if (lacking !== undefined)
      throw new AppError('forbidden', `The API key ${id} may do more than you: you lack the scope \`${lacking}\`.`)
    const { secret, hash } = newSecret()
    const next = { id: newKey ?? newId('key', now()), hash, expiresAt: expiry(rotation.expiresAt, now()) }
    const overlapMs = rotation.overlapHours * HOUR_MS
    const made = await store.rotateKey(of, id, { ...next, overlapMs }, changedBy(caller))
    return { ...requireFound(made, 'API key', id), secret }
  }

  async function revoke(caller: Caller, of: KeysOf, id: string): Promise<void> {
    if (!(await store.revokeKey(of, id, changedBy(caller))))
      throw new AppError('not_found', `There is no API key ${id}.`)
  }
}

function expiry(text: string | undefined, nowMs: number): Date | undefined {
  if (text === undefined) return undefined
  const time = dateTime(text, '/expiresAt')
  const aheadMs = time.getTime() - nowMs
  if (aheadMs > 0 && aheadMs <= MAX_LIFETIME_MS) return time
  const detail = 'must be in the future, and within ten years'
  throw new AppError('invalid_request', `expiresAt ${detail}.`, { errors: [{ pointer: '/expiresAt', detail }] })
}

const teamKeys = ({ teamId }: Caller): KeysOf => ({ teamId })
const ownKeys = (caller: Caller): KeysOf => ({ teamId: caller.teamId, memberId: requireMember(caller).id })

/** @throws AppError `forbidden` where a service key calls */
function requireMember({ member }: Caller): CallingMember {
  if (member === undefined)
    throw new AppError('forbidden', 'This is for people: sign in, or use a key of your own; a service key has none.')
  return member
}
