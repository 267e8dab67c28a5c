import { newId } from '../service/ids.ts'
import type { WebhookEvent } from '../service/webhook-resources.ts'
import { NOW } from './clock.ts'
import { json, type Statements, type Transaction } from './prisma-types.ts'

/** Characters of a name or reason in a message: receivers refuse long ones. */
const MAX_TEXT = 1000

interface Notice {
  teamId: string
  type: WebhookEvent
  data: Readonly<Record<string, unknown>>
}

/** Writes the messages of an event, one per webhook that is told of it, in the transaction of the event. */
async function notify(tx: Statements, { teamId, type, data }: Notice): Promise<void> {
  const webhooks = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Webhook" WHERE "teamId" = ${teamId} AND "enabled" AND ("events" = '{}' OR ${type} = ANY("events"))`
  if (webhooks.length === 0) return
  const now = Date.now()
  const payload = json({ type, timestamp: new Date(now).toISOString(), data: bounded(data) })
  const messages = webhooks.map(({ id }) => ({ id: newId('msg', now), webhookId: id }))
  await tx.$executeRaw`
    INSERT INTO "WebhookDelivery" ("id", "webhookId", "teamId", "type", "payload", "nextAt", "createdAt")
    SELECT message."id", message."webhookId", ${teamId}, ${type}, ${payload}::jsonb, ${NOW}, ${NOW}
    FROM jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) AS message("id" text, "webhookId" text)`
}

/** Long texts are cut. */
function bounded(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT).replaceAll(/\p{Surrogate}/gu, '')}…` : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bounded(inner)]))
}

const JOB_EVENTS: Readonly<Record<string, WebhookEvent>> = {
  running: 'job.started',
  paused: 'job.paused',
  queued: 'job.requeued',
  succeeded: 'job.succeeded',
  stopped: 'job.stopped',
  failed: 'job.failed',
  canceled: 'job.canceled',
}

/** What webhooks are told of a job. */
export interface ChangedJob {
  id: string
  teamId: string
  name: string
  state: string
  kind: string
  attempt: number
  accuracy: number | null
  reason: unknown
  sweep: string | null
  dataset: string | null
  datasetVersion: number | null
}

/** Tells the team's webhooks of a job's new state. */
export async function notifyOfJob(tx: Statements, job: ChangedJob, from: string): Promise<void> {
  const type = JOB_EVENTS[job.state]
  if (type === undefined || (from === 'stopping' && job.state === 'running')) return
  const { teamId, ...data } = job
  await notify(tx, { teamId, type, data })
}

/** Tells of a version of a data set that is ready or has failed. */
export async function notifyOfDataset(tx: Transaction, id: string): Promise<void> {
  const row = await tx.datasetVersion.findUniqueOrThrow({
    where: { id },
    select: { teamId: true, datasetId: true, number: true, name: true, state: true, reason: true, counts: true },
  })
  const { teamId, datasetId, number: version, name, state, reason, counts: images } = row
  const type = state === 'ready' ? 'dataset.ready' : 'dataset.failed'
  await notify(tx, { teamId, type, data: { id: datasetId, version, name, state, images, reason } })
}

/** Tells of a sweep that has ended. */
export async function notifyOfSweep(tx: Transaction, id: string): Promise<void> {
  const { teamId, name, kind, state, reason } = await tx.sweep.findUniqueOrThrow({ where: { id } })
  const type = ({ succeeded: 'sweep.succeeded', canceled: 'sweep.canceled' } as const)[state] ?? 'sweep.failed'
  await notify(tx, { teamId, type, data: { id, name, kind, state, reason } })
}
