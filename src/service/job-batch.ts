import Type, { type Static } from 'typebox'
import { AppError } from '../errors.ts'
import { changedBy } from './changed-by.ts'
import { deleted } from './deleted.ts'
import type { Dependencies } from './dependencies.ts'
import { MAX_TAGS, Tag, TAGS_BOUNDS } from './job-settings.ts'
import { ACTIONS, JOB_ACTIONS, type JobAction } from './job-states.ts'
import type { Caller } from './ports/caller.ts'
import type { JobStore } from './ports/jobs.ts'
import { foundJob, requireFound } from './require-found.ts'
import { Nullable, type Job } from './resources.ts'

/** Jobs of one call. */
const MAX_JOBS = 100

const BATCH_ACTIONS = [...JOB_ACTIONS, 'delete', 'tag', 'untag'] as const
type BatchAction = (typeof BATCH_ACTIONS)[number]

export const BatchRequest = Type.Object(
  {
    action: Type.Unsafe<BatchAction>({ type: 'string', enum: [...BATCH_ACTIONS] }),
    ids: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: MAX_JOBS, uniqueItems: true }),
    tags: Type.Optional(Type.Array(Tag, { ...TAGS_BOUNDS, minItems: 1, description: 'For tag and untag.' })),
  },
  { additionalProperties: false },
)
export type BatchRequest = Static<typeof BatchRequest>

/** What became of one job. */
export const BatchResult = Type.Object({
  id: Type.String(),
  state: Nullable(Type.String({ description: 'As it is now; `deleted` for one that was deleted.' })),
  error: Nullable(Type.Object({ code: Type.String(), detail: Type.String() })),
})
export type BatchResult = Static<typeof BatchResult>

/** The same for many jobs. */
export function jobBatchService(dependencies: Dependencies) {
  const { store, relay } = dependencies

  async function apply(caller: Caller, id: string, { action, tags = [] }: BatchRequest): Promise<Job | undefined> {
    const { teamId } = caller
    if (action === 'delete') {
      await deleted(dependencies, (keptMs) => store.deleteJob(teamId, id, keptMs), `job ${id}`)
      return undefined
    }
    if (action === 'tag' || action === 'untag') {
      const [add, remove] = action === 'tag' ? [tags, []] : [[], tags]
      requireFound((await store.tagJob(teamId, id, { add, remove, max: MAX_TAGS })) || undefined, 'job', id)
    } else await requestAction(store, { teamId, id, action })
    return foundJob(store, teamId, id)
  }

  async function applied(caller: Caller, id: string, request: BatchRequest): Promise<BatchResult> {
    try {
      const before = await foundJob(store, caller.teamId, id)
      const after = await apply(caller, id, request)
      await store.recordChange({
        teamId: caller.teamId,
        by: changedBy(caller),
        action: `${request.action}Job`,
        resource: { type: 'job', id },
        before: audited(before),
        after: after === undefined ? undefined : audited(after),
      })
      return { id, state: after?.state ?? 'deleted', error: null }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { id, state: null, error: { code: error.code, detail: error.message } }
    }
  }

  return {
    /** Each job by itself: one that refuses does not keep the others from it. */
    async batchJobs(caller: Caller, request: BatchRequest): Promise<{ data: BatchResult[] }> {
      const isTagging = request.action === 'tag' || request.action === 'untag'
      if (isTagging !== (request.tags !== undefined))
        throw new AppError(
          'invalid_request',
          `tags must be given for the actions tag and untag, and for these alone.`,
          {
            errors: [{ pointer: '/tags', detail: isTagging ? 'is missing' : `is not known for ${request.action}` }],
          },
        )
      const data: BatchResult[] = []
      for (const id of request.ids) data.push(await applied(caller, id, request))
      relay()
      return { data }
    },
  }
}

const audited = ({ id, name, state, tags }: Job): object => ({ id, name, state, tags })

/** @throws AppError `not_found` or `wrong_state` */
export async function requestAction(
  store: JobStore,
  { teamId, id, action }: { teamId: string; id: string; action: JobAction },
): Promise<void> {
  const { state } = await foundJob(store, teamId, id)
  if (await store.requestJobAction(teamId, id, action)) return
  const allowed = Object.keys(ACTIONS[action]).join(', ')
  throw new AppError('wrong_state', `Job ${id} is ${state}; ${action} is for one that is ${allowed}.`)
}
