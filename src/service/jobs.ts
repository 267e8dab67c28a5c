import type { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import type { Report } from '../evaluation/report.ts'
import { knownFacts } from '../spec/open-set.ts'
import { runLength } from '../spec/resolve.ts'
import { deleted } from './deleted.ts'
import type { Dependencies } from './dependencies.ts'
import { found } from './found.ts'
import { newId } from './ids.ts'
import { jobSpecs } from './job-specs.ts'
import { ACTIONS, type JobAction } from './job-states.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { JobsRequest } from './ports/jobs.ts'
import type { Artifact, Checkpoint, Job, JobEvent, JobSummary, MetricSeries, Page, Transition } from './resources.ts'

/** Specs of a page of jobs. */
const MAX_SPECS = 50

/** Jobs, and what they leave. */
export function jobService(dependencies: Dependencies) {
  const { store, blobs, now } = dependencies
  const specs = jobSpecs(dependencies)
  const job = async (caller: Caller, id: string): Promise<Job> => found(await store.job(caller.teamId, id), 'job', id)

  return {
    job,
    async validateJob(caller: Caller, body: unknown) {
      const { facts } = await specs.dataset(caller, body)
      const { spec, hash, reasons, warnings } = await specs.resolve(caller, body, facts)
      return {
        spec,
        specHash: hash,
        reasons,
        warnings,
        estimate: runLength(spec, knownFacts(spec, facts).counts.train),
      }
    },
    async submitJob(caller: Caller, body: unknown, id = newId('job', now())): Promise<Job> {
      const { datasetId, facts } = await specs.dataset(caller, body)
      const { spec, hash, reasons, warnings } = await specs.resolve(caller, body, facts)
      const created = await store.createJob({
        id,
        teamId: caller.teamId,
        datasetId,
        name: spec.name,
        spec,
        specHash: hash,
        reasons,
        warnings,
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
    async askJob(caller: Caller, id: string, action: JobAction): Promise<Job> {
      const { state } = await job(caller, id)
      if (!(await store.askJob(caller.teamId, id, action)))
        throw new AppError(
          'wrong_state',
          `Job ${id} is ${state}; ${action} is for one that is ${Object.keys(ACTIONS[action]).join(', ')}.`,
        )
      dependencies.relay()
      return job(caller, id)
    },
    deleteJob: (caller: Caller, id: string): Promise<void> =>
      deleted(dependencies, () => store.deleteJob(caller.teamId, id), `job ${id}`),
    deleteSweep: (caller: Caller, id: string): Promise<void> =>
      deleted(dependencies, () => store.deleteSweep(caller.teamId, id), `sweep ${id}`),
    deleteCheckpoint: (caller: Caller, id: string): Promise<void> =>
      deleted(dependencies, () => store.deleteCheckpoint(caller.teamId, id), `checkpoint ${id}`),
    async transitions(caller: Caller, id: string): Promise<Transition[]> {
      await job(caller, id)
      return store.transitions(id)
    },
    async report(caller: Caller, id: string): Promise<Report> {
      const { state } = await job(caller, id)
      const report = await store.report(caller.teamId, id)
      if (report === undefined || report === null)
        throw new AppError('wrong_state', `Job ${id} is ${state}; a report is there once it has succeeded.`)
      return report as Report
    },
    async events(caller: Caller, id: string, page: PageRequest): Promise<Page<JobEvent>> {
      await job(caller, id)
      return store.events(id, page)
    },
    async metrics(
      caller: Caller,
      id: string,
      query: { keys?: string[] | undefined; after?: number | undefined; maxPoints: number },
    ): Promise<MetricSeries[]> {
      await job(caller, id)
      return store.metrics(id, query)
    },
    async checkpoints(caller: Caller, id: string): Promise<Checkpoint[]> {
      await job(caller, id)
      return store.checkpoints(id)
    },
    async checkpoint(caller: Caller, id: string): Promise<Checkpoint & { blobKey: string }> {
      return found(await store.checkpoint(caller.teamId, id), 'checkpoint', id)
    },
    async artifacts(caller: Caller, id: string): Promise<Artifact[]> {
      await job(caller, id)
      return store.artifacts(id)
    },
    async artifact(caller: Caller, id: string, kind: string): Promise<Artifact & { blobKey: string }> {
      const { state } = await job(caller, id)
      const artifact = await store.artifact(id, kind)
      if (artifact !== undefined) return artifact
      const kinds = (await store.artifacts(id)).map((known) => known.kind)
      throw new AppError(
        'not_found',
        `Job ${id}, which is ${state}, has no artifact ${kind}; it has ${kinds.length === 0 ? 'none' : kinds.join(', ')}.`,
      )
    },
    /** @throws AppError `not_found` where the file has gone since it was recorded */
    async content(blobKey: string, range?: { start: number; end: number }): Promise<Readable> {
      if ((await blobs.sizeBytes(blobKey)) === undefined)
        throw new AppError('not_found', 'The file is no longer there; it was deleted, or lost with its storage.')
      return blobs.read(blobKey, range)
    },
  }
}
