import { ROLES, SCOPES_OF_ROLE } from './people-resources.ts'

/** Whether a role has the scope that a route requires; nobody without a role has. */
export const mayCall = (role: string, scope: string): boolean =>
  ROLES.some((known) => known === role && SCOPES_OF_ROLE[known].some((each) => each === scope))
