import Type, { type Static, type TSchema } from 'typebox'
import { ApiKey, Id, Nullable, ScopeName, Team, Timestamp, type Scope } from './resources.ts'
import { QuotaState } from './scheduling-resources.ts'

export const ROLES = ['owner', 'member', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** What the keys and sessions of a person may do at most. */
export const SCOPES_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  owner: ['read', 'write', 'admin'],
  member: ['read', 'write'],
  viewer: ['read'],
}

export const RoleName = Type.Unsafe<Role>({
  type: 'string',
  enum: [...ROLES],
  description:
    'owner: scopes read, write and admin, which is for members, keys, the team and its audit log; member: read and write; viewer: read.',
})

export const MAX_EMAIL_CHARACTERS = 254
export const Email = Type.String({
  minLength: 3,
  maxLength: MAX_EMAIL_CHARACTERS,
  pattern: '^[^\\s@]+@[^\\s@]+$',
  description: 'Taken in lower case.',
})

export const Member = Type.Object({
  id: Id('mem'),
  email: Type.String(),
  role: RoleName,
  person: Nullable(Id('person')),
  createdAt: Timestamp,
  joinedAt: Nullable(Type.String({ format: 'date-time', description: 'Null of one who has not signed in yet.' })),
})
export type Member = Static<typeof Member>

/** A team as operators see it. */
export const OperatedTeam = Type.Object({
  ...Team.properties,
  suspendedAt: Nullable(
    Type.String({ format: 'date-time', description: 'Since then its keys and people are refused.' }),
  ),
})
export type OperatedTeam = Static<typeof OperatedTeam>

const QUOTA_NAMES = Object.keys(QuotaState.properties) as (keyof QuotaState)[]
const MAX_LIMIT = Number.MAX_SAFE_INTEGER
const limitsOf = <Limit extends TSchema>(limit: Limit) =>
  Type.Partial(
    Type.Object(Object.fromEntries(QUOTA_NAMES.map((name) => [name, limit])) as Record<keyof QuotaState, Limit>),
    { additionalProperties: false },
  )

/** The limits of a team and its weight in the fair share, as operators see and set them. */
export const TeamQuota = Type.Object({
  weight: Type.Number({ description: 'Its part of the device time, compared with 1 of other teams.' }),
  own: limitsOf(Type.Number()),
  limits: QuotaState,
})
export type TeamQuota = Static<typeof TeamQuota>

/** A team in the list of operators, with what it may use and uses. */
export const TeamOverview = Type.Object({ ...OperatedTeam.properties, ...TeamQuota.properties })
export type TeamOverview = Static<typeof TeamOverview>

export const TeamQuotaChange = Type.Object(
  {
    weight: Type.Optional(Type.Number({ minimum: 0.01, maximum: 1000 })),
    limits: Type.Optional(limitsOf(Nullable(Type.Integer({ minimum: 0, maximum: MAX_LIMIT })))),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type TeamQuotaChange = Static<typeof TeamQuotaChange>

/** Somebody who is signed in: a person, or whoever has entered an API key. */
export const SessionInfo = Type.Object({
  person: Nullable(
    Type.Object(
      { id: Id('person'), email: Nullable(Type.String()), name: Nullable(Type.String()) },
      { description: 'null where an API key opened the session.' },
    ),
  ),
  key: Nullable(
    Type.Object(
      {
        id: Id('key'),
        name: Type.String(),
        scopes: Type.Array(ScopeName, { description: 'What the session may do.' }),
        expiresAt: ApiKey.properties.expiresAt,
      },
      { description: 'The API key that opened the session, which ends with it; null for a person.' },
    ),
  ),
  teams: Type.Array(
    Type.Object({
      id: Id('team'),
      name: Type.String(),
      role: Nullable(RoleName),
      scopes: Type.Array(ScopeName, { description: 'What the session may do in this team.' }),
      suspended: Type.Boolean(),
    }),
    { description: 'The header X-Anneal-Team selects one of several.' },
  ),
  csrfToken: Type.String({ description: 'To be sent as X-CSRF-Token with every call that changes something.' }),
  expiresAt: Timestamp,
})
export type SessionInfo = Static<typeof SessionInfo>

/** An operator who is signed in. */
export const OperatorSessionInfo = Type.Object({
  operator: Type.String({ description: 'Name of the operator.' }),
  csrfToken: SessionInfo.properties.csrfToken,
  expiresAt: Timestamp,
})
export type OperatorSessionInfo = Static<typeof OperatorSessionInfo>
