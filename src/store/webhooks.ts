import { AppError } from '../errors.ts'
import type { WebhookStore } from '../service/ports/webhooks.ts'
import type { DeliveryTry, Webhook, WebhookDelivery } from '../service/webhook-resources.ts'
import { fromNow, NOW } from './clock.ts'
import type { PrismaClient, Webhook as WebhookRow, WebhookDelivery as DeliveryRow } from './generated/client.ts'
import { older, page } from './pages.ts'
import { json } from './prisma-types.ts'

/** A team's calls wait for one another where its webhooks are counted. */
const COUNTING = 0x776562

const webhookOf = (row: Omit<WebhookRow, 'secret' | 'previousSecret'>): Webhook => ({
  id: row.id,
  url: row.url,
  description: row.description,
  format: row.format as Webhook['format'],
  events: row.events as Webhook['events'],
  enabled: row.enabled,
  disabledReason: row.disabledReason,
  failingSince: row.failingSince?.toISOString() ?? null,
  previousSecretUntil: row.previousUntil?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
})

const deliveryOf = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  webhook: row.webhookId,
  type: row.type,
  payload: row.payload,
  state: row.state as WebhookDelivery['state'],
  attempts: row.attempts,
  nextAt: row.state === 'pending' ? row.nextAt.toISOString() : null,
  status: row.status,
  durationMs: row.durationMs,
  answer: row.answer,
  error: row.error,
  tries: row.tries as DeliveryTry[],
  createdAt: row.createdAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
})

/** What is read of a webhook: not its secrets. */
const PUBLIC = { secret: true, previousSecret: true } as const

/** Webhooks on PostgreSQL. */
export function webhookStore(prisma: PrismaClient): WebhookStore {
  const webhook = async (teamId: string, id: string): Promise<Webhook | undefined> => {
    const row = await prisma.webhook.findFirst({ where: { id, teamId }, omit: PUBLIC })
    return row === null ? undefined : webhookOf(row)
  }
  return {
    webhook,
    createWebhook: (teamId, row, limit) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${COUNTING}::int4, hashtext(${teamId}))`
        if ((await tx.webhook.count({ where: { teamId } })) >= limit)
          throw new AppError(
            'quota_exceeded',
            `The team has ${limit} webhooks, which is the most; delete one to add another.`,
          )
        return webhookOf(await tx.webhook.create({ data: { teamId, ...row } }))
      }),
    webhooks: async (teamId, request) =>
      page(await prisma.webhook.findMany({ ...older(teamId, request), omit: PUBLIC }), request.limit, webhookOf),
    async updateWebhook(teamId, id, changes) {
      const forgiven = changes.enabled === true ? { disabledReason: null, failingSince: null } : {}
      await prisma.webhook.updateMany({ where: { id, teamId }, data: { ...changes, ...forgiven } })
      return webhook(teamId, id)
    },
    async rotateWebhookSecret(teamId, id, secret, overlapMs) {
      await prisma.$executeRaw`
        UPDATE "Webhook" SET "previousSecret" = "secret", "secret" = ${secret}, "previousUntil" = ${fromNow(overlapMs)}
        WHERE "id" = ${id} AND "teamId" = ${teamId}`
      return webhook(teamId, id)
    },
    deleteWebhook: async (teamId, id) => (await prisma.webhook.deleteMany({ where: { id, teamId } })).count === 1,
    addDelivery: async ({ id: webhookId, teamId }, { id, type, payload }) =>
      deliveryOf(
        await prisma.webhookDelivery.create({ data: { id, webhookId, teamId, type, payload: json(payload) } }),
      ),
    async deliveries(teamId, webhookId, request) {
      const query = older(teamId, request)
      const state = request.state === undefined ? {} : { state: request.state }
      const rows = await prisma.webhookDelivery.findMany({ ...query, where: { ...query.where, webhookId, ...state } })
      return page(rows, request.limit, deliveryOf)
    },
    async delivery(teamId, webhookId, id) {
      const row = await prisma.webhookDelivery.findFirst({ where: { id, teamId, webhookId } })
      return row === null ? undefined : deliveryOf(row)
    },
    redeliver: async (teamId, webhookId, id) =>
      (await prisma.$executeRaw`
        UPDATE "WebhookDelivery" SET "state" = 'pending', "attempts" = 0, "nextAt" = ${NOW}, "endedAt" = NULL, "lockedUntil" = NULL
        WHERE "id" = ${id} AND "webhookId" = ${webhookId} AND "teamId" = ${teamId} AND "state" <> 'pending'`) === 1,
  }
}
