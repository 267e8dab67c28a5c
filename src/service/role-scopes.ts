import type { Scope } from './resources.ts'

/** The sets of scopes that keys are given: the reference of routes by role and `anneal isolation-check` read this table. */
export const ROLE_SCOPES = {
  viewer: ['read'],
  member: ['read', 'write'],
  owner: ['read', 'write', 'admin'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>

export type Role = keyof typeof ROLE_SCOPES
export const ROLES = Object.keys(ROLE_SCOPES) as Role[]

/** Whether a role may what a route asks for; nobody without one may. */
export const mayCall = (role: string, scope: string): boolean =>
  ROLES.some((known) => known === role && ROLE_SCOPES[known].some((each) => each === scope))
