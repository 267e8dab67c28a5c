import type { Logger } from 'pino'
import { Webhook } from 'standardwebhooks'
import type { DeliveryClaim, DeliveryOutcome, WebhookClaims } from '../../service/ports/webhooks.ts'
import type { Sealer } from '../../service/sealing.ts'
import { retryAfterMs } from '../../service/webhook-retries.ts'
import { startLane, type Lane } from '../lane.ts'
import { untilWritten } from '../until-written.ts'
import { post } from './send.ts'
import { slackText } from './slack-text.ts'

/** Longer than a message can take. */
const LOCK_MS = 60_000
const MAX_AT_ONCE = 16
const GONE = 410
const MAX_ERROR_CHARACTERS = 300

export interface SendingSettings {
  /** Hosts that webhooks may name. */
  hosts: readonly string[]
  sealer: Sealer
}

interface SenderDependencies extends SendingSettings {
  store: WebhookClaims
  log: Logger
}

/** Sends what is due to webhooks, several messages at once. */
export function startSending(dependencies: SenderDependencies): Pick<Lane, 'stop'> {
  const { store, log } = dependencies
  const sending = new Set<Promise<void>>()
  const onError = (error: unknown): void => log.warn({ event: 'webhook_failed_unexpectedly', error: String(error) })
  const lane = startLane<DeliveryClaim>({
    name: 'webhooks',
    next: () => store.claimDelivery(LOCK_MS),
    async work(claim) {
      const sent = deliver(claim, dependencies)
        .catch(onError)
        .finally(() => sending.delete(sent))
      sending.add(sent)
      if (sending.size >= MAX_AT_ONCE) await Promise.race(sending)
    },
    onError,
  })
  return {
    async stop() {
      await lane.stop()
      await Promise.all(sending)
    },
  }
}

/** Sends one message, and notes how that went. */
export async function deliver(claim: DeliveryClaim, dependencies: SenderDependencies): Promise<void> {
  const { store, log } = dependencies
  const outcome = await sent(claim, dependencies)
  const disabled = await untilWritten(() => store.endDelivery(claim, outcome), { log, id: claim.id })
  const ids = { deliveryId: claim.id, webhookId: claim.webhookId }
  if (outcome.error !== undefined)
    log.warn({ event: 'webhook_delivery_failed', ...ids, attempt: claim.attempts, status: outcome.status })
  if (disabled !== undefined) log.warn({ event: 'webhook_disabled', ...ids, reason: disabled })
}

async function sent(claim: DeliveryClaim, { hosts, sealer }: SenderDependencies): Promise<DeliveryOutcome> {
  const began = performance.now()
  const took = (): number => Math.round(performance.now() - began)
  const again = (askedMs?: number): { retryAfterMs?: number } => {
    const ms = retryAfterMs(claim.attempts, { chance: Math.random(), ...(askedMs === undefined ? {} : { askedMs }) })
    return ms === undefined ? {} : { retryAfterMs: ms }
  }
  try {
    const { status, text, retryAfterMs: askedMs } = await post(messageOf(claim, sealer), hosts)
    const answered = { status, answer: text, durationMs: took() }
    if (status >= 200 && status < 300) return answered
    const redirects = status >= 300 && status < 400 ? '; redirects are not followed' : ''
    return {
      ...answered,
      ...again(askedMs),
      error: `The receiver answered HTTP ${status}${redirects}.`,
      gone: status === GONE,
    }
  } catch (error) {
    const why = error instanceof Error ? error.message || error.name : String(error)
    return { durationMs: took(), ...again(), error: `There was no answer: ${why.slice(0, MAX_ERROR_CHARACTERS)}.` }
  }
}

/** The request by the Standard Webhooks specification: signed with each secret that is valid. */
export function messageOf(
  { id, url, format, payload, secrets }: DeliveryClaim,
  sealer: Sealer,
  now = new Date(),
): { url: string; headers: Record<string, string>; body: string } {
  const body = JSON.stringify(format === 'slack' ? { text: slackText(payload) } : payload)
  const signatures = secrets.map((sealed) => new Webhook(sealer.open(sealed)).sign(id, now, body))
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'anneal',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  }
  return { url, headers, body }
}
