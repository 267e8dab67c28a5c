import { AppError } from '../errors.ts'
import { withoutUnknownClass } from '../job-spec/open-set.ts'
import { runLength } from '../job-spec/run-length.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import { deleted, type Deleting } from './deleted.ts'
import type { Dependencies } from './dependencies.ts'
import { foundJob } from './require-found.ts'
import { newId } from './ids.ts'
import { jobSpecs } from './job-specs.ts'
import { ACTIONS, type JobAction } from './job-states.ts'
import { likenessOf } from './likeness.ts'
import type { Caller } from './ports/caller.ts'
import type { JobsRequest } from './ports/jobs.ts'
import type { Store } from './ports/store.ts'
import type { Job, JobSummary, Page } from './resources.ts'
import { runEstimate, type RunEstimate } from './run-estimate.ts'
import { submissionOf } from './submission.ts'

/** Specs of a page of jobs. */
const MAX_SPECS = 50

/** Jobs: submitted, listed, asked to do something else, deleted. */
export function jobService(dependencies: Dependencies) {
  const { store, now } = dependencies
  const specs = jobSpecs(dependencies)
  const resolved = async (caller: Caller, requested: unknown) => {
    const { datasetId, facts } = await specs.dataset(caller, requested)
    return { datasetId, facts, ...(await specs.resolve(caller, withDataset(requested, datasetId), facts)) }
  }

  return {
    job: (caller: Caller, id: string): Promise<Job> => foundJob(store, caller.teamId, id),
    async validateJob(caller: Caller, body: unknown) {
      const { spec, hash, reasons, warnings, facts } = await resolved(caller, submissionOf(body).spec)
      return {
        spec,
        specHash: hash,
        reasons,
        warnings,
        estimate: await estimateOf(store, caller, spec, withoutUnknownClass(spec, facts).counts.train),
      }
    },
    async submitJob(caller: Caller, body: unknown, id = newId('job', now())): Promise<Job> {
      const { spec: requested, priority } = submissionOf(body)
      const { spec, hash, reasons, warnings, datasetId } = await resolved(caller, requested)
      const created = await store.createJob({
        id,
        teamId: caller.teamId,
        datasetId,
        name: spec.name,
        spec,
        specHash: hash,
        reasons,
        warnings,
        priority,
        keyId: caller.keyId,
        likeness: likenessOf(spec),
      })
      dependencies.relay()
      return created
    },
    async jobs(caller: Caller, page: JobsRequest): Promise<Page<JobSummary>> {
      if (page.include === 'spec' && page.limit > MAX_SPECS)
        throw new AppError('invalid_request', `With include=spec a page has at most ${MAX_SPECS} jobs.`, {
          errors: [{ pointer: '/limit', detail: `must be <= ${MAX_SPECS} with include=spec` }],
        })
      return store.jobs(caller.teamId, page)
    },
    /** @throws AppError `wrong_state` for a job that has left the queue */
    async setPriority(caller: Caller, id: string, priority: number): Promise<Job> {
      const { state } = await foundJob(store, caller.teamId, id)
      if (!(await store.setPriority(caller.teamId, id, priority)))
        throw new AppError('wrong_state', `Job ${id} is ${state}; the priority is of one that is queued or paused.`)
      return foundJob(store, caller.teamId, id)
    },
    async requestJobAction(caller: Caller, id: string, action: JobAction): Promise<Job> {
      const { state } = await foundJob(store, caller.teamId, id)
      if (!(await store.requestJobAction(caller.teamId, id, action)))
        throw new AppError(
          'wrong_state',
          `Job ${id} is ${state}; ${action} is for one that is ${Object.keys(ACTIONS[action]).join(', ')}.`,
        )
      dependencies.relay()
      return foundJob(store, caller.teamId, id)
    },
    deleteJob: (caller: Caller, id: string, how: Deleting = {}): Promise<void> =>
      deleted(dependencies, (keptMs) => store.deleteJob(caller.teamId, id, keptMs), `job ${id}`, how),
  }
}

/** The length of a run, and its time as far as runs like it have shown. */
async function estimateOf(store: Store, { teamId }: Caller, spec: ResolvedSpec, trainImages: number) {
  const length = runLength(spec, trainImages)
  const estimate =
    length.images === null ? undefined : runEstimate(length.images, await store.likeRuns(teamId, likenessOf(spec)))
  const seconds = length.seconds ?? estimate?.seconds ?? null
  return {
    ...length,
    seconds,
    deviceHours: seconds === null ? null : seconds / 3600,
    basis: estimate?.basis ?? null,
    detail: detailOf(length.seconds !== null, estimate),
  }
}

function detailOf(isBudget: boolean, estimate: RunEstimate | undefined): string {
  if (isBudget) return 'The budget is minutes of training; evaluation and report come on top.'
  if (estimate === undefined)
    return 'The team has no run yet with this model, image size, batch size and precision that succeeded: the time is not known.'
  const { runs, deviceKind, imagesPerSecond } = estimate.basis
  return `From ${runs} like runs on ${deviceKind}: ${imagesPerSecond.toPrecision(3)} images per second.`
}

/** A spec that names the version of its data set. */
const withDataset = (body: unknown, dataset: string): object => ({ ...(body as object), dataset })
