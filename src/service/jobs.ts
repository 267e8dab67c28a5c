import { AppError } from '../errors.ts'
import { withoutUnknownClass } from '../job-spec/open-set.ts'
import { runLength } from '../job-spec/run-length.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import { deleted, type Deleting } from './deleted.ts'
import type { Dependencies } from './dependencies.ts'
import { foundJob } from './require-found.ts'
import { newId } from './ids.ts'
import { needsOf, shortNeeds } from './job-needs.ts'
import { requestAction } from './job-batch.ts'
import { changedJob, type JobChanges } from './job-settings.ts'
import type { JobAction } from './job-states.ts'
import { likenessOf } from './likeness.ts'
import { newJobs } from './new-jobs.ts'
import type { Caller } from './ports/caller.ts'
import type { JobsQuery } from './list-queries.ts'
import { jobsRequest } from './list-requests.ts'
import type { Store } from './ports/store.ts'
import type { Job, JobSummary, Page } from './resources.ts'
import { runEstimate, type RunEstimate } from './run-estimate.ts'
import type { SubmittedJob } from './scheduling-resources.ts'
import { submissionOf } from './submission.ts'
import { waitingFor } from './waiting-for.ts'

/** Specs of a page of jobs. */
const MAX_SPECS = 50

/** Jobs: submitted, listed, asked to do something else, deleted. */
export function jobService(dependencies: Dependencies) {
  const { store, now } = dependencies
  const submissions = newJobs(dependencies)

  return {
    job: (caller: Caller, id: string): Promise<Job> => foundJob(store, caller.teamId, id),
    async validateJob(caller: Caller, body: unknown) {
      const { spec: requested, settings } = submissionOf(body)
      const { spec, hash, reasons, warnings, facts } = await submissions.resolve(caller, requested, settings.resources)
      return {
        spec,
        specHash: hash,
        reasons,
        warnings,
        waitingFor: await waitingFor(store, needsOf(shortNeeds(settings.resources ?? {}))),
        estimate: await estimateOf(store, caller, spec, withoutUnknownClass(spec, facts).counts.train),
      }
    },
    async submitJob(caller: Caller, body: unknown, id = newId('job', now())): Promise<SubmittedJob> {
      const { spec, settings } = submissionOf(body)
      const resolved = await submissions.resolve(caller, spec, settings.resources)
      return submissions.create(caller, { id, settings, resolved })
    },
    /** What the submission of a job answers that is there already. */
    async submittedJob(caller: Caller, id: string): Promise<SubmittedJob | undefined> {
      const job = await store.job(caller.teamId, id)
      return job === undefined ? undefined : submissions.asSubmitted(job)
    },
    async jobs(caller: Caller, page: JobsQuery): Promise<Page<JobSummary>> {
      if (page.include === 'spec' && page.limit > MAX_SPECS)
        throw new AppError('invalid_request', `With include=spec a page has at most ${MAX_SPECS} jobs.`, {
          errors: [{ pointer: '/limit', detail: `must be <= ${MAX_SPECS} with include=spec` }],
        })
      return store.jobs(caller.teamId, jobsRequest(page))
    },
    /** @throws AppError `wrong_state` for the priority of a job that has left the queue */
    async updateJob(caller: Caller, id: string, changes: JobChanges): Promise<Job> {
      const { state } = await foundJob(store, caller.teamId, id)
      if (!(await store.updateJob(caller.teamId, id, changedJob(changes, now()))))
        throw new AppError('wrong_state', `Job ${id} is ${state}; the priority is of one that is queued or paused.`)
      return foundJob(store, caller.teamId, id)
    },
    async requestJobAction(caller: Caller, id: string, action: JobAction): Promise<Job> {
      await requestAction(store, { teamId: caller.teamId, id, action })
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
  return `From ${runs} similar ${runs === 1 ? 'run' : 'runs'} on ${deviceKind}: ${imagesPerSecond.toPrecision(3)} images per second.`
}
