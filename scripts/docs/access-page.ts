import { operationsOf, type OpenApiDocument } from '../../src/isolation/operations.ts'
import { ROLES, SCOPES_OF_ROLE } from '../../src/service/people-resources.ts'
import { mayCall } from '../../src/service/role-scopes.ts'
import { code, table } from './markdown.ts'

/** Which role may call which route, from the routes themselves. */
export function accessPage(document: OpenApiDocument): string {
  const operations = operationsOf(document)
  return `# Roles and routes

A key has scopes, and each route asks for one. The role of a person says which scopes their sessions have, and their keys at most: ${ROLES.map((role) => `**${role}** has ${SCOPES_OF_ROLE[role].map(code).join(', ')}`).join('; ')}. Without the scope
the answer is 403 \`forbidden\`; with it, an id of another team is 404, like one that does not exist. \`anneal isolation-check\` tries every cell ([isolation](../isolation.md)).\nRoutes of operators take the token of an operator, and no key.

${table(
  ['method', 'route', 'scope', ...ROLES],
  operations.map(({ method, path, scope }) => [
    method,
    code(path),
    code(scope),
    ...ROLES.map((role) => (mayCall(role, scope) ? 'yes' : '')),
  ]),
)}
`
}
