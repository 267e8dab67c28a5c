import Type, { type Static } from 'typebox'
import { Nullable, Timestamp } from './resources.ts'

/** Who changes something: a person, a service key, an operator of the API, or somebody at the command line of the server. */
export const ACTOR_KINDS = ['person', 'key', 'operator', 'host'] as const
export type ActorKind = (typeof ACTOR_KINDS)[number]

export const AuditEntry = Type.Object({
  id: Type.String(),
  team: Nullable(Type.String()),
  at: Timestamp,
  actor: Type.Object({
    kind: Type.Unsafe<ActorKind>({ type: 'string', enum: [...ACTOR_KINDS] }),
    id: Type.String(),
    name: Type.String({ description: 'Email of a person, name of a key or operator.' }),
  }),
  key: Nullable(Type.String({ description: 'The key that was used; null of a session.' })),
  action: Type.String({ description: 'The operationId of the call.' }),
  resource: Type.Object({ type: Type.String(), id: Nullable(Type.String()) }),
  before: Type.Unknown({ description: 'What it was; null of what was not there.' }),
  after: Type.Unknown({ description: 'What it is; null of what is gone.' }),
  requestId: Nullable(Type.String()),
})
export type AuditEntry = Static<typeof AuditEntry>

/** What entries are asked for. */
export const AuditFilter = Type.Object({
  actor: Type.Optional(Type.String({ maxLength: 100, description: 'Id of a person, key or operator.' })),
  key: Type.Optional(Type.String({ maxLength: 100, description: 'Id of the key that was used.' })),
  action: Type.Optional(Type.String({ maxLength: 100, description: 'An operationId, such as deleteJob.' })),
  resource: Type.Optional(Type.String({ maxLength: 100, description: 'Id of what was changed.' })),
  requestId: Type.Optional(Type.String({ maxLength: 100 })),
  since: Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: 'From then on.' })),
  until: Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: 'Before then.' })),
})
export type AuditFilter = Static<typeof AuditFilter>
