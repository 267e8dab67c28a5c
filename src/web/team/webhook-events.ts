import type { components } from '../../../clients/typescript/src/schema.ts'

export type Webhook = components['schemas']['Webhook']

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
] as const satisfies readonly Webhook['events'][number][]

export const FORMATS = [
  { value: 'standard', label: 'Signed JSON (Standard Webhooks)' },
  { value: 'slack', label: 'Text for an incoming webhook of Slack' },
] as const
