import type { Page } from '../resources.ts'
import type { DeliveryState, Webhook, WebhookDelivery } from '../webhook-resources.ts'
import type { PageRequest } from './caller.ts'

export interface NewWebhookRow {
  id: string
  url: string
  description: string
  format: Webhook['format']
  events: string[]
  /** Sealed. */
  secret: string
}

export interface DeliveriesRequest extends PageRequest {
  state?: DeliveryState | undefined
}

/** Webhooks of teams and what was sent to them. Secrets are sealed. */
export interface WebhookStore {
  /** @throws AppError `quota_exceeded` where the team has as many already */
  createWebhook(teamId: string, webhook: NewWebhookRow, limit: number): Promise<Webhook>
  webhook(teamId: string, id: string): Promise<Webhook | undefined>
  webhooks(teamId: string, page: PageRequest): Promise<Page<Webhook>>
  /** One that is enabled is forgiven its failures. */
  updateWebhook(
    teamId: string,
    id: string,
    changes: Partial<Pick<Webhook, 'url' | 'description' | 'format' | 'events' | 'enabled'>>,
  ): Promise<Webhook | undefined>
  /** The secret so far signs too, for so long. */
  rotateWebhookSecret(teamId: string, id: string, secret: string, overlapMs: number): Promise<Webhook | undefined>
  deleteWebhook(teamId: string, id: string): Promise<boolean>
  /** A message to one webhook. */
  addDelivery(
    webhook: { id: string; teamId: string },
    message: { id: string; type: string; payload: unknown },
  ): Promise<WebhookDelivery>
  deliveries(teamId: string, webhookId: string, page: DeliveriesRequest): Promise<Page<WebhookDelivery>>
  delivery(teamId: string, webhookId: string, id: string): Promise<WebhookDelivery | undefined>
  /** Sends a message again that was delivered or given up. @returns false for one that is pending */
  redeliver(teamId: string, webhookId: string, id: string): Promise<boolean>
}

/** A message that is to be sent now, by whoever has the claim. */
export interface DeliveryClaim {
  id: string
  webhookId: string
  /** This one too. */
  attempts: number
  type: string
  payload: unknown
  url: string
  format: Webhook['format']
  /** Sealed; the newest first. */
  secrets: string[]
}

export interface DeliveryOutcome {
  /** Absent where there was no answer. */
  status?: number
  durationMs: number
  answer?: string
  /** Absent where it was delivered. */
  error?: string
  /** The receiver wants nothing more (410). */
  gone?: boolean
  /** When the next try follows; absent: there is none. */
  retryAfterMs?: number
}

/** How workers send what is due. */
export interface WebhookClaims {
  /** What is due next, but for webhooks that have several messages under way already. Nobody else gets it for so long. */
  claimDelivery(lockMs: number): Promise<DeliveryClaim | undefined>
  /** @returns why the webhook was disabled, if it was. */
  endDelivery(claim: DeliveryClaim, outcome: DeliveryOutcome): Promise<string | undefined>
  /** Forgets messages of a month ago. */
  expireDeliveries(): Promise<void>
}
