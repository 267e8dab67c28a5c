import type { components } from '../../../clients/typescript/src/schema.ts'
import { allOf } from '../shared/all-of.ts'

export type Webhook = components['schemas']['Webhook']

/** What a webhook can be told of. */
export const WEBHOOK_EVENTS = allOf<Webhook['events'][number]>({
  'job.started': true,
  'job.paused': true,
  'job.requeued': true,
  'job.succeeded': true,
  'job.stopped': true,
  'job.failed': true,
  'job.canceled': true,
  'dataset.ready': true,
  'dataset.failed': true,
  'sweep.succeeded': true,
  'sweep.failed': true,
  'sweep.canceled': true,
})

export const FORMATS = [
  { value: 'standard', label: 'Signed JSON (Standard Webhooks)' },
  { value: 'slack', label: 'Text for an incoming webhook of Slack' },
] as const
