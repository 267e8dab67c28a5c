import { pino } from 'pino'
import { buildApp } from '../../src/api/app.ts'
import { operationsOf, type OpenApiDocument } from '../../src/isolation/operations.ts'
import { mayCall, ROLE_SCOPES, ROLES } from '../../src/service/role-scopes.ts'
import type { Services } from '../../src/service/services.ts'
import { code, table } from './markdown.ts'

/** Which role may call which route, from the routes themselves. */
export async function accessPage(): Promise<string> {
  // Routes are declared without being called: no use case is behind them.
  const services = { store: {}, queue: {} } as Services
  const log = pino({ level: 'silent' })
  const app = await buildApp({ services, log, uploadBytes: 1, requestsPerMinute: 1, dashboard: '/nowhere' })
  await app.ready()
  const operations = operationsOf(app.swagger() as unknown as OpenApiDocument)
  await app.close()
  return `# Roles and routes

A key has scopes, and each route asks for one. The sets of scopes below are what roles stand for: ${ROLES.map((role) => `**${role}** has ${ROLE_SCOPES[role].map(code).join(', ')}`).join('; ')}. Without the scope
the answer is 403 \`forbidden\`; with it, an id of another team is 404, like one that does not exist. \`anneal isolation-check\` tries every cell ([isolation](../isolation.md)).

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
