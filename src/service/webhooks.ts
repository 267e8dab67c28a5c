import { randomBytes } from 'node:crypto'
import { AppError } from '../errors.ts'
import { invalid } from '../job-spec/space.ts'
import { allowingHost } from '../job-spec/weight-hosts.ts'
import { isPublicAddress, literalAddress } from '../network/addresses.ts'
import type { Dependencies } from './dependencies.ts'
import { newId } from './ids.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { DeliveriesRequest } from './ports/webhooks.ts'
import { requireFound } from './require-found.ts'
import type { Page } from './resources.ts'
import {
  TEST_EVENT,
  type NewWebhook,
  type Webhook,
  type WebhookChanges,
  type WebhookDelivery,
  type WebhookWithSecret,
} from './webhook-resources.ts'

const MAX_WEBHOOKS_PER_TEAM = 20
const SECRET_BYTES = 32

const newSigningSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`

/** Addresses that are told of events of a team. */
export function webhookService({ store, now, webhookHosts, sealer }: Dependencies) {
  const webhook = async ({ teamId }: Caller, id: string): Promise<Webhook> =>
    requireFound(await store.webhook(teamId, id), 'webhook', id)
  const delivery = async (caller: Caller, webhookId: string, id: string): Promise<WebhookDelivery> => {
    await webhook(caller, webhookId)
    return requireFound(await store.delivery(caller.teamId, webhookId, id), 'delivery', id)
  }
  return {
    webhook,
    delivery,
    webhooks: ({ teamId }: Caller, page: PageRequest): Promise<Page<Webhook>> => store.webhooks(teamId, page),
    async createWebhook(caller: Caller, settings: NewWebhook, id = newId('hook', now())): Promise<WebhookWithSecret> {
      const { url, description = '', format = 'standard', events = [] } = settings
      const secret = newSigningSecret()
      const row = {
        id,
        url: requireAddress(url, webhookHosts),
        description,
        format,
        events,
        secret: sealer.seal(secret),
      }
      return { ...(await store.createWebhook(caller.teamId, row, MAX_WEBHOOKS_PER_TEAM)), secret }
    },
    async updateWebhook({ teamId }: Caller, id: string, changes: WebhookChanges): Promise<Webhook> {
      const address = changes.url === undefined ? {} : { url: requireAddress(changes.url, webhookHosts) }
      return requireFound(await store.updateWebhook(teamId, id, { ...changes, ...address }), 'webhook', id)
    },
    async rotateWebhookSecret({ teamId }: Caller, id: string, overlapMs: number): Promise<WebhookWithSecret> {
      const secret = newSigningSecret()
      const rotated = await store.rotateWebhookSecret(teamId, id, sealer.seal(secret), overlapMs)
      return { ...requireFound(rotated, 'webhook', id), secret }
    },
    async deleteWebhook({ teamId }: Caller, id: string): Promise<void> {
      if (!(await store.deleteWebhook(teamId, id))) throw new AppError('not_found', `There is no webhook ${id}.`)
    },
    /** Sends a message that says nothing, whatever the webhook is told of. */
    async testWebhook(caller: Caller, id: string): Promise<WebhookDelivery> {
      const { enabled } = await webhook(caller, id)
      if (!enabled) throw new AppError('wrong_state', `Webhook ${id} is disabled; enable it first.`)
      const payload = { type: TEST_EVENT, timestamp: new Date(now()).toISOString(), data: { webhook: id } }
      return store.addDelivery({ id, teamId: caller.teamId }, { id: newId('msg', now()), type: TEST_EVENT, payload })
    },
    async deliveries(caller: Caller, id: string, page: DeliveriesRequest): Promise<Page<WebhookDelivery>> {
      await webhook(caller, id)
      return store.deliveries(caller.teamId, id, page)
    },
    async redeliver(caller: Caller, webhookId: string, id: string): Promise<WebhookDelivery> {
      await delivery(caller, webhookId, id)
      if (!(await store.redeliver(caller.teamId, webhookId, id)))
        throw new AppError('wrong_state', `Delivery ${id} is pending already.`)
      return delivery(caller, webhookId, id)
    },
  }
}

/**
 * The address as it is stored. What its name resolves to is checked with each connection.
 * @throws AppError `invalid_request` for what is no address that the installation sends to
 */
function requireAddress(text: string, hosts: readonly string[]): string {
  const refuse = (detail: string): AppError => invalid([{ pointer: '/url', detail }])
  if (!URL.canParse(text)) throw refuse('must be an https:// address')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw refuse('must hold no user and no password')
  const allowed = allowingHost(url, hosts)
  if (allowed === undefined)
    throw refuse(
      `must be an https:// address of a host that the operator allows (ANNEAL_WEBHOOK_HOSTS); ${url.protocol}//${url.host} is not`,
    )
  const literal = literalAddress(url.hostname)
  if (!allowed.explicit && literal !== undefined && !isPublicAddress(literal))
    throw refuse(`must be an address of the public internet; ${url.hostname} is not`)
  url.hash = ''
  return url.href
}
