import type { FastifyInstance, FastifyRequest } from 'fastify'
import { changedBy } from '../service/changed-by.ts'
import type { Caller } from '../service/ports/caller.ts'
import type { Services } from '../service/services.ts'
import { isSafe } from './methods.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Who writes a changing call into the audit log: `store`, in the transaction of the change; `nothing` where it changes nothing; else what
     * is here, once it has succeeded and before it is answered.
     */
    audit?: 'store' | 'nothing'
  }
  interface FastifyRequest {
    /** What is to be changed, as it was. */
    auditedBefore: object | undefined
    /** What was answered. */
    auditedAnswer: unknown
  }
}

type Read = (services: Services, caller: Caller, id: string) => Promise<object | undefined>

/** What is at an address, by the first part of its path. */
const RESOURCES: Readonly<Record<string, { type: string; read: Read }>> = {
  jobs: { type: 'job', read: ({ store }, { teamId }, id) => store.job(teamId, id) },
  datasets: { type: 'dataset', read: ({ store }, { teamId }, id) => store.dataset(teamId, id) },
  sweeps: { type: 'sweep', read: ({ store }, { teamId }, id) => store.sweep(teamId, id) },
  checkpoints: { type: 'checkpoint', read: ({ store }, { teamId }, id) => store.checkpoint(teamId, id) },
  uploads: { type: 'upload', read: ({ store }, { teamId }, id) => store.upload(teamId, id) },
  webhooks: { type: 'webhook', read: ({ store }, { teamId }, id) => store.webhook(teamId, id) },
  models: { type: 'model', read: ({ store }, { teamId }, name) => store.model(teamId, name) },
  predictions: { type: 'prediction-batch', read: ({ store }, { teamId }, id) => store.batch(teamId, id) },
  trash: { type: 'trash', read: ({ store }, { teamId }, id) => store.trashEntry(teamId, id) },
  policies: { type: 'policy', read: ({ store }, { teamId }, name) => store.policy(teamId, name) },
}

/** What of a resource is kept in the log. Addresses of webhooks are not, which may hold a secret. Specs and reports are not: the hash of a spec tells one from another. */
const FIELDS = [
  'id',
  'name',
  'type',
  'kind',
  'state',
  'dataset',
  'version',
  'datasetVersion',
  'parent',
  'sweep',
  'job',
  'step',
  'specHash',
  'sha256',
  'sizeBytes',
  'offset',
  'policy',
  'priority',
  'tags',
  'notes',
  'deadline',
  'maxRunSeconds',
  'maxWaitSeconds',
  'after',
  'forkOf',
  'events',
  'format',
  'enabled',
  'reason',
  'alias',
  'from',
  'to',
  'checkpoint',
  'description',
  'aliases',
  'team',
  'endedAt',
] as const

/** The part of the path behind the version, such as `jobs`. */
const segmentOf = ({ routeOptions: { url = '' } }: FastifyRequest): string =>
  /^\/v\d+\/([a-z-]+)/.exec(url)?.[1] ?? 'other'

const isAudited = ({ method, routeOptions: { config } }: FastifyRequest): boolean =>
  !isSafe(method) && config.audit === undefined

/** The one place where changing calls are written into the audit log whose change does not write it by itself: no route can forget it. */
export function auditChanges(app: FastifyInstance, services: Services): void {
  app.decorateRequest('auditedBefore')
  app.decorateRequest('auditedAnswer')
  app.addHook('preHandler', async (request) => {
    if (isAudited(request)) request.auditedBefore = await snapshot(services, request, nameIn(request))
  })
  app.addHook('preSerialization', async (request, _, payload) => {
    if (isAudited(request)) request.auditedAnswer = payload
    return payload
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const replayed = reply.getHeader('idempotent-replayed') !== undefined
    if (!isAudited(request) || reply.statusCode >= 400 || replayed) return payload
    const segment = segmentOf(request)
    const id = nameIn(request) ?? createdId(request.auditedAnswer, reply.getHeader('location'))
    await services.store.recordChange({
      teamId: request.caller.teamId,
      by: changedBy(request.caller),
      action: actionOf(request),
      resource: { type: RESOURCES[segment]?.type ?? segment, id: id ?? null },
      before: request.auditedBefore,
      after:
        request.method === 'DELETE'
          ? undefined
          : (picked(request.auditedAnswer) ?? (await snapshot(services, request, id))),
    })
    return payload
  })
}

const actionOf = ({ method, routeOptions: { url = '', schema } }: FastifyRequest): string =>
  schema?.operationId ?? `${method} ${url}`

function nameIn({ params }: FastifyRequest): string | undefined {
  const { id, name } = params as { id?: unknown; name?: unknown }
  return typeof id === 'string' ? id : typeof name === 'string' ? name : undefined
}

/** Of an answer without an id, a name, or else the end of the address of what was made. */
function createdId(answer: unknown, location: unknown): string | undefined {
  const { id, name } = (answer ?? {}) as { id?: unknown; name?: unknown }
  if (typeof id === 'string') return id
  if (typeof name === 'string') return name
  return typeof location === 'string' ? location.split('/').at(-1) : undefined
}

async function snapshot(
  services: Services,
  request: FastifyRequest,
  id: string | undefined,
): Promise<object | undefined> {
  const resource = RESOURCES[segmentOf(request)]
  if (resource === undefined || id === undefined) return undefined
  return picked(await resource.read(services, request.caller, id))
}

function picked(resource: unknown): object | undefined {
  if (typeof resource !== 'object' || resource === null) return undefined
  const known = resource as Record<string, unknown>
  return Object.fromEntries(FIELDS.filter((name) => known[name] !== undefined).map((name) => [name, known[name]]))
}
