import type { DeliveryClaim, DeliveryOutcome, WebhookClaims } from '../service/ports/webhooks.ts'
import { DISABLE_AFTER_MS } from '../service/webhook-retries.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import type { Transaction } from './prisma-types.ts'

/** Messages that one webhook gets at once: a slow one takes no more senders than that. */
const MAX_AT_ONCE = 4
const MAX_TRIES_KEPT = 20
const KEPT_DAYS = 30
const EXPIRED_PER_ROUND = 1000

/** How workers send what is due; several of them share the work, and a message is sent by one at a time. */
export function webhookClaims(prisma: PrismaClient): WebhookClaims {
  return {
    async claimDelivery(lockMs) {
      const [claimed] = await prisma.$queryRaw<DeliveryClaim[]>`
        WITH busy AS (
          SELECT "webhookId" FROM "WebhookDelivery" WHERE "state" = 'pending' AND "lockedUntil" > ${NOW} GROUP BY "webhookId" HAVING count(*) >= ${MAX_AT_ONCE}
        ), due AS (
          SELECT delivery."id" FROM "WebhookDelivery" AS delivery JOIN "Webhook" ON "Webhook"."id" = delivery."webhookId"
          WHERE delivery."state" = 'pending' AND delivery."nextAt" <= ${NOW} AND (delivery."lockedUntil" IS NULL OR delivery."lockedUntil" < ${NOW})
            AND "Webhook"."enabled" AND NOT EXISTS (SELECT 1 FROM busy WHERE busy."webhookId" = delivery."webhookId")
          ORDER BY delivery."nextAt", delivery."id" LIMIT 1 FOR UPDATE OF delivery SKIP LOCKED
        )
        UPDATE "WebhookDelivery" AS delivery SET "lockedUntil" = ${fromNow(lockMs)}, "attempts" = delivery."attempts" + 1
        FROM due, "Webhook" WHERE delivery."id" = due."id" AND "Webhook"."id" = delivery."webhookId"
        RETURNING delivery."id", delivery."webhookId", delivery."attempts", delivery."type", delivery."payload", "Webhook"."url", "Webhook"."format",
          array_remove(ARRAY["Webhook"."secret", CASE WHEN "Webhook"."previousUntil" > ${NOW} THEN "Webhook"."previousSecret" END], NULL) AS "secrets"`
      return claimed
    },
    endDelivery: (claim, outcome) => prisma.$transaction((tx) => end(tx, claim, outcome)),
    async expireDeliveries() {
      await prisma.$executeRaw`
        DELETE FROM "WebhookDelivery" WHERE "id" IN (
          SELECT "id" FROM "WebhookDelivery" WHERE "createdAt" < ${NOW} - ${KEPT_DAYS}::float8 * interval '1 day' ORDER BY "createdAt" LIMIT ${EXPIRED_PER_ROUND}
        )`
    },
  }
}

async function end(
  tx: Transaction,
  { id, webhookId, attempts }: DeliveryClaim,
  { status, durationMs, answer, error, gone = false, retryAfterMs }: DeliveryOutcome,
): Promise<string | undefined> {
  const isDelivered = error === undefined
  const again = isDelivered || gone ? undefined : retryAfterMs
  const state = isDelivered ? 'delivered' : again === undefined ? 'failed' : 'pending'
  const attempt = JSON.stringify([
    { at: new Date().toISOString(), status: status ?? null, durationMs, error: error ?? null },
  ])
  // Another process may have it by now, or it was sent again by hand: then it is theirs to say how it went.
  const count = await tx.$executeRaw`
    UPDATE "WebhookDelivery" SET "state" = ${state}, "lockedUntil" = NULL, "status" = ${status ?? null}, "durationMs" = ${durationMs},
      "answer" = ${answer ?? null}, "error" = ${error ?? null},
      "nextAt" = ${again === undefined ? NOW : fromNow(again)}, "endedAt" = ${state === 'pending' ? Prisma.sql`NULL` : NOW},
      "tries" = CASE WHEN jsonb_array_length("tries") >= ${MAX_TRIES_KEPT} THEN "tries" - 0 ELSE "tries" END || ${attempt}::jsonb
    WHERE "id" = ${id} AND "attempts" = ${attempts} AND "state" = 'pending'`
  if (count === 0) return undefined
  if (isDelivered) {
    await tx.webhook.updateMany({ where: { id: webhookId, failingSince: { not: null } }, data: { failingSince: null } })
    return undefined
  }
  await tx.$executeRaw`UPDATE "Webhook" SET "failingSince" = coalesce("failingSince", ${NOW}) WHERE "id" = ${webhookId}`
  return disabled(tx, webhookId, { gone, isLast: state === 'failed' })
}

/** Disables a webhook that is gone, or that has failed for days. What waited for it is given up. */
async function disabled(
  tx: Transaction,
  webhookId: string,
  { gone, isLast }: { gone: boolean; isLast: boolean },
): Promise<string | undefined> {
  if (!gone && !isLast) return undefined
  const reason = gone
    ? 'The receiver answered 410 (Gone).'
    : `Every delivery has failed for ${DISABLE_AFTER_MS / 86_400_000} days.`
  const count = await tx.$executeRaw`
    UPDATE "Webhook" SET "enabled" = false, "disabledReason" = ${reason}
    WHERE "id" = ${webhookId} AND "enabled" AND (${gone} OR "failingSince" < ${fromNow(-DISABLE_AFTER_MS)})`
  if (count === 0) return undefined
  await tx.$executeRaw`
    UPDATE "WebhookDelivery" SET "state" = 'failed', "endedAt" = ${NOW}, "error" = ${`The webhook was disabled: ${reason}`}
    WHERE "webhookId" = ${webhookId} AND "state" = 'pending' AND "lockedUntil" IS NULL`
  return reason
}
