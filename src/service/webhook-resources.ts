import Type, { type Static } from 'typebox'

/** What a webhook can be told of. */
export const WEBHOOK_EVENTS = [
  'job.started',
  'job.paused',
  'job.requeued',
  'job.succeeded',
  'job.stopped',
  'job.failed',
  'job.canceled',
  'dataset.ready',
  'dataset.failed',
  'sweep.succeeded',
  'sweep.failed',
  'sweep.canceled',
] as const
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]
/** The message of a test call, which goes to a webhook whatever it is told of. */
export const TEST_EVENT = 'webhook.test'

const Timestamp = Type.String({ format: 'date-time' })
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])
const Format = Type.Union([Type.Literal('standard'), Type.Literal('slack')], {
  description:
    '`standard`: JSON by the Standard Webhooks specification. `slack`: a text, for incoming webhooks of Slack and those like them.',
})
const EventTypes = Type.Array(Type.Unsafe<WebhookEvent>({ type: 'string', enum: [...WEBHOOK_EVENTS] }), {
  maxItems: WEBHOOK_EVENTS.length,
  uniqueItems: true,
  description: 'Types of events that are sent; all where it is empty.',
})

export const Webhook = Type.Object({
  id: Type.String(),
  url: Type.String(),
  description: Type.String(),
  format: Format,
  events: EventTypes,
  enabled: Type.Boolean(),
  disabledReason: Nullable(Type.String({ description: 'Why it was disabled, where the service did it.' })),
  failingSince: Nullable(Timestamp),
  previousSecretUntil: Nullable(Timestamp),
  createdAt: Timestamp,
})
export type Webhook = Static<typeof Webhook>

export const WebhookWithSecret = Type.Object({
  ...Webhook.properties,
  secret: Type.String({ description: 'Shown once: what signatures are checked with.' }),
})
export type WebhookWithSecret = Static<typeof WebhookWithSecret>

const Settings = {
  url: Type.String({ minLength: 1, maxLength: 2000 }),
  description: Type.String({ maxLength: 200 }),
  format: Format,
  events: EventTypes,
  enabled: Type.Boolean(),
}
export const NewWebhook = Type.Object(
  {
    url: Settings.url,
    description: Type.Optional(Settings.description),
    format: Type.Optional(Settings.format),
    events: Type.Optional(Settings.events),
  },
  { additionalProperties: false },
)
export type NewWebhook = Static<typeof NewWebhook>

export const WebhookChanges = Type.Partial(Type.Object(Settings), { additionalProperties: false, minProperties: 1 })
export type WebhookChanges = Static<typeof WebhookChanges>

const Try = Type.Object({
  at: Timestamp,
  status: Nullable(Type.Integer()),
  durationMs: Type.Integer(),
  error: Nullable(Type.String()),
})
export type DeliveryTry = Static<typeof Try>

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

export const WebhookDelivery = Type.Object({
  id: Type.String({ description: 'Sent as `webhook-id`, the same with each try.' }),
  webhook: Type.String(),
  type: Type.String(),
  payload: Type.Unknown({ description: 'What is sent, in the format `standard`.' }),
  state: Type.Unsafe<DeliveryState>({ type: 'string', enum: [...DELIVERY_STATES] }),
  attempts: Type.Integer(),
  nextAt: Nullable(Timestamp),
  status: Nullable(Type.Integer({ description: 'HTTP status of the last try.' })),
  durationMs: Nullable(Type.Integer()),
  answer: Nullable(Type.String({ description: 'The first characters of the last answer.' })),
  error: Nullable(Type.String({ description: 'Why the last try failed.' })),
  tries: Type.Array(Try),
  createdAt: Timestamp,
  endedAt: Nullable(Timestamp),
})
export type WebhookDelivery = Static<typeof WebhookDelivery>
