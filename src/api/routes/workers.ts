import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../service/services.ts'
import { Worker, WORKER_ACTIONS, type WorkerAction } from '../../service/worker-resources.ts'
import { operatorOf } from '../operators.ts'
import { IdParams, listSchema, OPERATOR_SECURITY, problems } from '../schemas.ts'

const tags = ['operators']
const security = OPERATOR_SECURITY

const TEXTS: Readonly<Record<WorkerAction, { summary: string; description: string }>> = {
  cordon: { summary: 'Cordon a worker', description: 'Has a worker claim nothing new; what it works on goes on.' },
  uncordon: { summary: 'Uncordon a worker', description: 'Lets a cordoned worker claim again.' },
  drain: {
    summary: 'Drain a worker',
    description: 'Has a worker claim nothing new, and end when its work has ended.',
  },
}

const listWorkers = {
  ...listSchema(Worker, {
    operationId: 'listWorkers',
    summary: 'List workers',
    tags,
    description: 'Registered workers, newest first.',
  }),
  security,
}
const getWorker = {
  operationId: 'getWorker',
  summary: 'Read a worker',
  tags,
  security,
  description: 'What a registered worker has, what it does, and what operators want of it.',
  params: IdParams,
  response: { 200: Worker, ...problems },
}

/** The workers of the installation, for operators alone. */
export function workerRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/workers', { schema: listWorkers }, (request) => services.workers(request.query))
    app.get('/workers/:id', { schema: getWorker }, (request) => services.worker(request.params.id))
    for (const action of Object.keys(WORKER_ACTIONS) as WorkerAction[])
      app.post(
        `/workers/:id/${action}`,
        {
          config: { audit: 'store' },
          schema: { ...getWorker, ...TEXTS[action], operationId: `${action}Worker`, errors: ['wrong_state'] },
        },
        (request) => services.requestWorkerAction(request.params.id, action, operatorOf(request)),
      )
  }
}
