import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { JOB_ACTIONS, type JobAction } from '../../service/job-states.ts'
import { JobsQuery } from '../../service/list-queries.ts'
import { Job, JobSummary, Nullable } from '../../service/resources.ts'
import { Explanation, SubmittedJob, WaitingFor } from '../../service/scheduling-resources.ts'
import type { Services } from '../../service/services.ts'
import { ForkRequest, SpecDiff } from '../../service/forks.ts'
import { BatchRequest, BatchResult } from '../../service/job-batch.ts'
import { JobChanges } from '../../service/job-settings.ts'
import { PUBLISHED_SPEC_SCHEMA } from '../../job-spec/published-schema.ts'
import { callerOf } from '../auth.ts'
import { once } from '../idempotency.ts'
import { DeleteQuery, IdParams, listSchema, problems, SPEC_ERRORS, SUBMISSION_ERRORS } from '../schemas.ts'

const Validated = Type.Object({
  spec: Type.Unknown(),
  specHash: Type.String(),
  reasons: Type.Unknown(),
  warnings: Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }), {
    description: 'What is allowed and probably not meant.',
  }),
  waitingFor: Nullable(WaitingFor),
  estimate: Type.Object({
    stepsPerEpoch: Type.Integer({ description: 'Of the first stage.' }),
    totalSteps: Type.Union([Type.Integer(), Type.Null()], { description: 'null where the budget is minutes.' }),
    images: Type.Union([Type.Integer(), Type.Null()]),
    seconds: Type.Union([Type.Number(), Type.Null()], {
      description: 'Of a budget of minutes, those; else of the whole run, from like runs; null where there is none.',
    }),
    deviceHours: Type.Union([Type.Number(), Type.Null()]),
    basis: Type.Union(
      [
        Type.Object({
          runs: Type.Integer({
            description: 'Runs of the team with the same model, image size, batch size and precision that succeeded.',
          }),
          deviceKind: Type.String(),
          imagesPerSecond: Type.Number({ description: 'Their median.' }),
          otherSeconds: Type.Number({ description: 'What they needed next to training: start, evaluation, report.' }),
        }),
        Type.Null(),
      ],
      { description: 'What the time follows from.' },
    ),
    detail: Type.String(),
  }),
})
/** Checked by the spec's own parser, whose messages name the nearest known key. */
const AnySpec = Type.Unknown({
  description:
    'A JobSpec with `dataset`; its schema is at /v1/spec/schema. Next to it: `priority` (from -100 to 100, among the jobs of the team), `tags`, `notes`, the limits `deadline`, `maxRunSeconds` and `maxWaitSeconds`, `after`, a list of jobs and data sets that have to be done before it runs, and `resources`, what it needs of a worker: `device`, `devices`, `elastic`, `compressGradients`, `memory`, `labels` and `pool`.',
})

const ACTION_DESCRIPTIONS: Readonly<Record<JobAction, string>> = {
  cancel: 'Ends a job that has not ended; its checkpoints are kept.',
  pause: 'Stops a queued or running job at a checkpoint, where it waits.',
  resume: 'Queues a paused job again; it resumes from its last checkpoint.',
  stop: 'Ends training after the current step; the weights so far are calibrated and reported, and kept.',
  retry: 'Queues a failed, canceled or stopped job again: a new attempt from its last checkpoint.',
}

const validateJob = {
  operationId: 'validateJob',
  errors: SPEC_ERRORS,
  summary: 'Check a job without submitting it',
  description:
    'The resolved spec with every default, its hash, why each default was chosen, and an estimate of steps and time. Nothing is created.',
  tags: ['specs'],
  body: AnySpec,
  response: { 200: Validated, ...problems },
}
const listJobs = {
  ...listSchema(JobSummary, {
    operationId: 'listJobs',
    summary: 'List jobs',
    tags: ['jobs'],
    description:
      'Newest first, unless `sort` says otherwise; without their specs, unless `include=spec` is given. Every filter that is given holds.',
  }),
  querystring: JobsQuery,
}
const explainJob = {
  operationId: 'explainJob',
  summary: 'Why a job waits',
  tags: ['jobs'],
  description:
    'Why a queued job waits: its rank, what is ahead of it, which share and quota decide, and when it is expected to start.',
  params: IdParams,
  response: { 200: Explanation, ...problems },
}
const deleteJob = {
  operationId: 'deleteJob',
  errors: ['wrong_state', 'conflict'],
  summary: 'Delete a job',
  tags: ['jobs'],
  description:
    'Deletes a job that has ended, with its events, metrics, checkpoints, artifacts and report. Jobs that started from its checkpoints keep their own.',
  params: IdParams,
  querystring: DeleteQuery,
  response: { 204: Type.Null(), ...problems },
}

const updateJob = {
  operationId: 'updateJob',
  errors: ['wrong_state', 'conflict'],
  summary: 'Change tags, notes, limits or priority of a job',
  tags: ['jobs'],
  description:
    'Changes tags, notes and limits of a job (null takes a limit away), or the priority of one that is queued or paused.',
  params: IdParams,
  body: JobChanges,
  response: { 200: Job, ...problems },
}

const batchJobs = {
  operationId: 'batchJobs',
  summary: 'Do the same to many jobs',
  tags: ['jobs'],
  description:
    'The same for many jobs: an action, delete, tag or untag. Each job by itself, with its result; one that refuses does not keep the others from it.',
  body: BatchRequest,
  response: { 200: Type.Object({ data: Type.Array(BatchResult) }), ...problems },
}

const forkJob = {
  operationId: 'forkJob',
  errors: SUBMISSION_ERRORS,
  idempotent: true,
  summary: 'Fork a job',
  tags: ['jobs'],
  description:
    'Makes a new job of a job and one of its checkpoints, with changes of its spec: one that starts from the weights, or one that continues the run for a larger budget.',
  params: IdParams,
  body: ForkRequest,
  response: { 202: SubmittedJob, ...problems },
}
const diffJob = {
  operationId: 'diffJob',
  errors: ['wrong_state'],
  summary: 'Compare the specs of two jobs',
  tags: ['jobs'],
  description: 'How the spec of a job differs from that of the one that it was forked from, or of another.',
  params: IdParams,
  querystring: Type.Object({ from: Type.Optional(Type.String({ maxLength: 64, description: 'A job.' })) }),
  response: { 200: SpecDiff, ...problems },
}

/** Submit, read, pause, resume, stop, retry, cancel and delete training jobs. One function: a route after the other, each a few lines. */
export function jobRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/spec/schema',
      {
        schema: {
          operationId: 'getSpecSchema',
          summary: 'JSON Schema of the job spec',
          description:
            'The schema of everything that a job may say about its training, with defaults, bounds and descriptions.',
          tags: ['specs'],
          response: { 200: Type.Unsafe<object>({ type: 'object', additionalProperties: true }), ...problems },
        },
      },
      () => PUBLISHED_SPEC_SCHEMA,
    )
    app.post('/jobs::validate', { config: { spec: true, audit: 'nothing' }, schema: validateJob }, (request) =>
      services.validateJob(callerOf(request), request.body),
    )
    app.post(
      '/jobs',
      {
        config: { scope: 'write', spec: true },
        schema: {
          operationId: 'submitJob',
          errors: SUBMISSION_ERRORS,
          idempotent: true,
          summary: 'Submit a job',
          description:
            'Queues a training job. What the spec leaves out is chosen from the data; the resolved spec in the answer says what and why.',
          tags: ['jobs'],
          body: AnySpec,
          response: { 202: SubmittedJob, ...problems },
        },
      },
      (request, reply) =>
        once(services, request, reply, {
          status: 202,
          prefix: 'job',
          run: async (id) => {
            const job = await services.submitJob(callerOf(request), request.body, id)
            reply.header('location', `/v1/jobs/${job.id}`)
            return job
          },
          find: (id) => services.submittedJob(callerOf(request), id),
        }),
    )
    app.get('/jobs', { schema: listJobs }, (request) => services.jobs(callerOf(request), request.query))
    app.get(
      '/jobs/:id',
      {
        schema: {
          operationId: 'getJob',
          summary: 'Read a job',
          description: 'State, progress, resolved spec, final metrics and, where it did not succeed, the reason.',
          tags: ['jobs'],
          params: IdParams,
          response: { 200: Job, ...problems },
        },
      },
      (request) => services.job(callerOf(request), request.params.id),
    )
    app.get('/jobs/:id/explain', { schema: explainJob }, (request) =>
      services.explainJob(callerOf(request), request.params.id),
    )
    app.patch('/jobs/:id', { config: { scope: 'write' }, schema: updateJob }, (request) =>
      services.updateJob(callerOf(request), request.params.id, request.body),
    )
    app.post('/jobs::batch', { config: { scope: 'write', audit: 'store' }, schema: batchJobs }, (request) =>
      services.batchJobs(callerOf(request), request.body),
    )
    app.post('/jobs/:id/fork', { config: { scope: 'write' }, schema: forkJob }, (request, reply) =>
      once(services, request, reply, {
        status: 202,
        prefix: 'job',
        run: async (id) => {
          const job = await services.forkJob(callerOf(request), request.params.id, request.body, id)
          reply.header('location', `/v1/jobs/${job.id}`)
          return job
        },
        find: (id) => services.submittedJob(callerOf(request), id),
      }),
    )
    app.get('/jobs/:id/diff', { schema: diffJob }, (request) =>
      services.specDiff(callerOf(request), request.params.id, request.query.from),
    )
    for (const action of JOB_ACTIONS)
      app.post(
        `/jobs/:id/${action}`,
        {
          config: { scope: 'write' },
          schema: {
            operationId: `${action}Job`,
            summary: `${action[0]?.toUpperCase()}${action.slice(1)} a job`,
            errors: ['wrong_state', 'conflict'],
            tags: ['jobs'],
            description: ACTION_DESCRIPTIONS[action],
            params: IdParams,
            response: { 200: Job, ...problems },
          },
        },
        (request) => services.requestJobAction(callerOf(request), request.params.id, action),
      )
    app.delete('/jobs/:id', { config: { scope: 'write' }, schema: deleteJob }, async (request, reply) => {
      await services.deleteJob(callerOf(request), request.params.id, request.query)
      return reply.code(204).send(null)
    })
  }
}
