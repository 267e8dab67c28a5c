import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Services } from '../../service/services.ts'
import {
  DELIVERY_STATES,
  NewWebhook,
  Webhook,
  WebhookChanges,
  WebhookDelivery,
  WebhookWithSecret,
  type DeliveryState,
} from '../../service/webhook-resources.ts'
import { callerOf } from '../auth.ts'
import { once } from '../idempotency.ts'
import { IdParams, listSchema, PageQuery, problems } from '../schemas.ts'
import { shownOnce } from '../shown-once.ts'

const MAX_OVERLAP_SECONDS = 7 * 86_400
const DeliveryParams = Type.Object({ id: Type.String({ maxLength: 64 }), delivery: Type.String({ maxLength: 64 }) })

const createdBefore = (id: string): string =>
  `The webhook ${id} was created by an earlier request with this Idempotency-Key; its secret was shown then. Rotate it to get another.`

const tags = ['webhooks']
const listWebhooks = listSchema(Webhook, {
  operationId: 'listWebhooks',
  summary: 'List webhooks',
  tags,
  description: 'Newest first.',
})
const createWebhook = {
  operationId: 'createWebhook',
  errors: ['quota_exceeded'],
  idempotent: true,
  summary: 'Create a webhook',
  tags,
  description:
    'Has an address told of events by signed POST requests (Standard Webhooks). The secret is shown once. At most 20 per team.',
  body: NewWebhook,
  response: { 201: WebhookWithSecret, ...problems },
}
const getWebhook = {
  operationId: 'getWebhook',
  summary: 'Read a webhook',
  description: 'Its address, the events that it is told of, and whether it is enabled; never its secret.',
  tags,
  params: IdParams,
  response: { 200: Webhook, ...problems },
}
const updateWebhook = {
  operationId: 'updateWebhook',
  summary: 'Change a webhook',
  tags,
  description: 'A webhook that was disabled after failures is enabled with `{"enabled": true}`.',
  params: IdParams,
  body: WebhookChanges,
  response: { 200: Webhook, ...problems },
}
const deleteWebhook = {
  operationId: 'deleteWebhook',
  summary: 'Delete a webhook',
  tags,
  description: 'With its deliveries; what waits is not sent.',
  params: IdParams,
  response: { 204: Type.Null(), ...problems },
}
const rotateWebhookSecret = {
  operationId: 'rotateWebhookSecret',
  errors: ['wrong_state'],
  summary: 'Rotate the secret of a webhook',
  tags,
  description: 'Makes a new secret, which is shown once. Until the overlap is over, messages carry signatures of both.',
  params: IdParams,
  body: Type.Object(
    { overlapSeconds: Type.Integer({ default: 86_400, minimum: 0, maximum: MAX_OVERLAP_SECONDS }) },
    { additionalProperties: false },
  ),
  response: { 200: WebhookWithSecret, ...problems },
}
const testWebhook = {
  operationId: 'testWebhook',
  errors: ['wrong_state'],
  summary: 'Send a test message',
  tags,
  description: 'Sends a message of the type `webhook.test`; the delivery says how it went.',
  params: IdParams,
  response: { 202: WebhookDelivery, ...problems },
}
const listDeliveries = {
  ...listSchema(WebhookDelivery, {
    operationId: 'listWebhookDeliveries',
    summary: 'List the messages of a webhook',
    tags,
    description: 'Messages of the last 30 days, newest first.',
  }),
  params: IdParams,
  querystring: Type.Object({
    ...PageQuery.properties,
    state: Type.Optional(Type.Unsafe<DeliveryState>({ type: 'string', enum: [...DELIVERY_STATES] })),
  }),
}
const getDelivery = {
  operationId: 'getWebhookDelivery',
  summary: 'Read a message of a webhook',
  description: 'What was sent, when, how often, and what the other side answered.',
  tags,
  params: DeliveryParams,
  response: { 200: WebhookDelivery, ...problems },
}
const redeliver = {
  operationId: 'redeliverWebhook',
  errors: ['wrong_state'],
  summary: 'Send a message again',
  tags,
  description: 'Sends a message again that was delivered or given up, with the same id.',
  params: DeliveryParams,
  response: { 202: WebhookDelivery, ...problems },
}

/** Addresses that are told of events of jobs, data sets and sweeps. */
export function webhookRoutes(services: Services): FastifyPluginAsyncTypebox {
  const config = { scope: 'admin' } as const
  return async (app) => {
    app.get('/webhooks', { config, schema: listWebhooks }, (request) =>
      services.webhooks(callerOf(request), request.query),
    )
    app.post('/webhooks', { config, schema: createWebhook }, (request, reply) =>
      once(
        services,
        request,
        reply,
        shownOnce({
          prefix: 'hook',
          run: (id) => services.createWebhook(callerOf(request), request.body, id),
          exists: async (id) => (await services.store.webhook(callerOf(request).teamId, id)) !== undefined,
          detail: createdBefore,
        }),
      ),
    )
    app.get('/webhooks/:id', { config, schema: getWebhook }, (request) =>
      services.webhook(callerOf(request), request.params.id),
    )
    app.patch('/webhooks/:id', { config, schema: updateWebhook }, (request) =>
      services.updateWebhook(callerOf(request), request.params.id, request.body),
    )
    app.delete('/webhooks/:id', { config, schema: deleteWebhook }, async (request, reply) => {
      await services.deleteWebhook(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    })
    app.post('/webhooks/:id/rotate-secret', { config, schema: rotateWebhookSecret }, (request) =>
      services.rotateWebhookSecret(callerOf(request), request.params.id, 1000 * request.body.overlapSeconds),
    )
    app.post('/webhooks/:id/test', { config, schema: testWebhook }, async (request, reply) => {
      reply.code(202)
      return services.testWebhook(callerOf(request), request.params.id)
    })
    app.get('/webhooks/:id/deliveries', { config, schema: listDeliveries }, (request) =>
      services.deliveries(callerOf(request), request.params.id, request.query),
    )
    app.get('/webhooks/:id/deliveries/:delivery', { config, schema: getDelivery }, (request) =>
      services.delivery(callerOf(request), request.params.id, request.params.delivery),
    )
    app.post('/webhooks/:id/deliveries/:delivery/redeliver', { config, schema: redeliver }, async (request, reply) => {
      reply.code(202)
      return services.redeliver(callerOf(request), request.params.id, request.params.delivery)
    })
  }
}
