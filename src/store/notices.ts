import { newId } from '../service/ids.ts'
import type { WebhookEvent } from '../service/webhook-resources.ts'
import { json, type Transaction } from './prisma-types.ts'

/** Characters of a name or reason in a message: receivers refuse long ones. */
const MAX_TEXT = 1000

interface Notice {
  teamId: string
  type: WebhookEvent
  data: Readonly<Record<string, unknown>>
}

/** Writes the messages of an event, one per webhook that is told of it, in the transaction of the event. */
async function notify(tx: Transaction, { teamId, type, data }: Notice): Promise<void> {
  const webhooks = await tx.webhook.findMany({
    where: { teamId, enabled: true, OR: [{ events: { isEmpty: true } }, { events: { has: type } }] },
    select: { id: true },
  })
  if (webhooks.length === 0) return
  const now = Date.now()
  const payload = json({ type, timestamp: new Date(now).toISOString(), data: bounded(data) })
  await tx.webhookDelivery.createMany({
    data: webhooks.map(({ id: webhookId }) => ({ id: newId('msg', now), webhookId, teamId, type, payload })),
  })
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

/** Tells the team's webhooks of a job's new state, once the row has it. */
export async function notifyOfJob(tx: Transaction, id: string, from: string): Promise<void> {
  const job = await tx.job.findUniqueOrThrow({
    where: { id },
    select: {
      ...{
        teamId: true,
        name: true,
        state: true,
        kind: true,
        attempt: true,
        accuracy: true,
        reason: true,
        sweepId: true,
      },
      dataset: { select: { datasetId: true, number: true } },
    },
  })
  const type = JOB_EVENTS[job.state]
  if (type === undefined || (from === 'stopping' && job.state === 'running')) return
  const { teamId, name, state, kind, attempt, accuracy, reason, sweepId: sweep, dataset } = job
  const data = {
    id,
    name,
    kind,
    state,
    attempt,
    accuracy,
    reason,
    sweep,
    dataset: dataset.datasetId,
    datasetVersion: dataset.number,
  }
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
