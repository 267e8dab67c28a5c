import { ROLES, SCOPES_OF_ROLE } from './people-resources.ts'

/** Whether a role may what a route asks for; nobody without one may. */
export const mayCall = (role: string, scope: string): boolean =>
  ROLES.some((known) => known === role && SCOPES_OF_ROLE[known].some((each) => each === scope))
