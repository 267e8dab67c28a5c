import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { stringify } from 'csv-stringify/sync'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { AuditEntry, AuditFilter } from '../../service/audit-resources.ts'
import { pageOf } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { PageQuery, problems } from '../schemas.ts'

type Format = 'jsonl' | 'csv'

const AuditQuery = Type.Object({ ...PageQuery.properties, ...AuditFilter.properties })
const ExportQuery = Type.Object({
  ...AuditFilter.properties,
  format: Type.Unsafe<Format>({ type: 'string', enum: ['jsonl', 'csv'], default: 'jsonl' }),
})
const TYPES: Readonly<Record<Format, string>> = { jsonl: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' }
const COLUMNS = [
  'id',
  'team',
  'at',
  'actorKind',
  'actorId',
  'actorName',
  'key',
  'action',
  'resourceType',
  'resourceId',
  'before',
  'after',
  'requestId',
] as const

/** The schema of a route that lists entries. */
export const auditSchema = (operationId: string, tags: string[], whose: string) => ({
  operationId,
  summary: `Audit log ${whose}`,
  tags,
  description: `Who has changed what, newest first. Entries are never changed, and outlive what they name.`,
  querystring: AuditQuery,
  response: { 200: pageOf(AuditEntry), ...problems },
})
/** The schema of a route that exports entries. */
export const auditExportSchema = (operationId: string, tags: string[], whose: string) => ({
  operationId,
  summary: `Export the audit log ${whose}`,
  produces: ['application/x-ndjson', 'text/csv'],
  tags,
  description: 'All entries that a filter leaves, newest first: a JSON document a line, or CSV.',
  querystring: ExportQuery,
  response: { 200: Type.Any(), ...problems },
})

/** The audit log of the caller's team. */
export function auditLogRoutes(services: Services): FastifyPluginAsyncTypebox {
  const schema = auditSchema('listAuditLog', ['team'], 'of the team')
  const exportSchema = auditExportSchema('exportAuditLog', ['team'], 'of the team')
  const config = { scope: 'admin' } as const
  return async (app) => {
    app.get('/team/audit-log', { config, schema }, (request) =>
      services.auditLog(callerOf(request).teamId, request.query),
    )
    app.get('/team/audit-log/export', { config, schema: exportSchema }, (request, reply) => {
      const { format, ...filter } = request.query
      return sendExport(reply, services.auditEntries(callerOf(request).teamId, filter), format)
    })
  }
}

/** The first page is read before anything is sent, so that what is wrong with the request is answered with a problem document. */
export async function sendExport(
  reply: FastifyReply,
  pages: AsyncIterableIterator<AuditEntry[], void>,
  format: Format,
): Promise<FastifyReply> {
  const first = await pages.next()
  async function* written(): AsyncGenerator<string> {
    if (format === 'csv') yield stringify([[...COLUMNS]])
    if (first.done !== true) yield text(first.value, format)
    for await (const entries of pages) yield text(entries, format)
  }
  return reply
    .header('content-type', TYPES[format])
    .header('content-disposition', `attachment; filename="audit-log.${format}"`)
    .send(Readable.from(written()))
}

function text(entries: readonly AuditEntry[], format: Format): string {
  if (format === 'jsonl') return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
  // A spreadsheet would run a cell that starts with = or @.
  return stringify(entries.map(rowOf), { columns: [...COLUMNS], escape_formulas: true })
}

const rowOf = ({
  actor,
  resource,
  before,
  after,
  ...entry
}: AuditEntry): Record<(typeof COLUMNS)[number], unknown> => ({
  ...entry,
  actorKind: actor.kind,
  actorId: actor.id,
  actorName: actor.name,
  resourceType: resource.type,
  resourceId: resource.id,
  before: before === null ? null : JSON.stringify(before),
  after: after === null ? null : JSON.stringify(after),
})
