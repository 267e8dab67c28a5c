import type { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import type { Report } from '../evaluation/report.ts'
import { knownFacts } from '../spec/open-set.ts'
import { runLength } from '../spec/resolve.ts'
import { augmentPreviewService } from './augment-preview.ts'
import { comparisonService } from './comparison.ts'
import { found, foundDataset } from './found.ts'
import { newId, newSecret, secretHash } from './ids.ts'
import { jobSpecs, type JobSpecsDependencies } from './job-specs.ts'
import { createRelay } from './relay.ts'
import { modelService, type ModelServiceDependencies } from './models.ts'
import type { AugmentPreview } from './ports/images.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { JobsRequest } from './ports/jobs.ts'
import type { Queue } from './ports/queue.ts'
import type { Quota } from './ports/teams.ts'
import { policyService } from './policies.ts'
import { drainRemovedBlobs } from './removed-blobs.ts'
import { sweepService } from './sweep-service.ts'
import { receiveUpload, type IncomingUpload, type ReceivedUpload } from './uploads.ts'
import { ACTIONS, type JobAction } from './job-states.ts'
import type {
  ApiKey,
  Artifact,
  Checkpoint,
  Dataset,
  DatasetSummary,
  Job,
  JobEvent,
  JobSummary,
  MetricSeries,
  Page,
  Scope,
  Team,
  Transition,
} from './resources.ts'

/** Specs of a page of jobs. */
const MAX_SPECS = 50

export interface ServiceDependencies extends ModelServiceDependencies, JobSpecsDependencies {
  queue: Queue
  /** What each team may have at most. */
  quota: Quota
  augmentPreview: AugmentPreview
  now: () => number
}

interface Dependencies extends ServiceDependencies {
  relay: () => void
}

/** The use cases that the API offers. Another team's id is `not_found`, like one that does not exist. */
export type Services = ReturnType<typeof createServices>

export function createServices(given: ServiceDependencies) {
  const dependencies = { ...given, relay: createRelay(given) }
  return {
    ...{ ...teamService(dependencies), ...datasetService(dependencies), ...jobService(dependencies) },
    ...sweepService(dependencies, dependencies.relay),
    ...augmentPreviewService(dependencies, jobSpecs(dependencies)),
    ...policyService(dependencies),
    ...{ ...modelService(dependencies), ...comparisonService(dependencies), ...given },
  }
}

function teamService({ store, now }: ServiceDependencies) {
  return {
    async authenticate(secret: string): Promise<Caller> {
      const caller = await store.callerByKeyHash(secretHash(secret))
      if (caller === undefined) throw new AppError('unauthorized', 'The API key is not known, or was revoked.')
      return caller
    },
    async createTeam(name: string): Promise<{ team: Team; secret: string }> {
      const team = await store.createTeam(name)
      const { secret, hash } = newSecret()
      await store.createKey(team.id, {
        id: newId('key', now()),
        name: 'first key',
        hash,
        scopes: ['read', 'write', 'admin'],
      })
      return { team, secret }
    },
    team: async (caller: Caller): Promise<Team> => found(await store.team(caller.teamId), 'team', caller.teamId),
    renameTeam: (caller: Caller, name: string): Promise<Team> => store.renameTeam(caller.teamId, name),
    keys: (caller: Caller): Promise<ApiKey[]> => store.keys(caller.teamId),
    async createKey(
      caller: Caller,
      { name, scopes }: { name: string; scopes: Scope[] },
      id = newId('key', now()),
    ): Promise<ApiKey & { secret: string }> {
      const { secret, hash } = newSecret()
      return { ...(await store.createKey(caller.teamId, { id, name, hash, scopes })), secret }
    },
    async revokeKey(caller: Caller, id: string): Promise<void> {
      if (!(await store.revokeKey(caller.teamId, id))) throw new AppError('not_found', `There is no API key ${id}.`)
    },
  }
}

function datasetService(dependencies: Dependencies) {
  const { store, blobs, now } = dependencies
  const dataset = (caller: Caller, id: string): Promise<Dataset> => foundDataset(store, caller.teamId, id)
  return {
    dataset,
    receiveUpload: (caller: Caller, upload: IncomingUpload): Promise<ReceivedUpload> =>
      receiveUpload(dependencies, caller, upload),
    /** Of an upload that is not to be used. */
    discardUpload: ({ uploadKey }: ReceivedUpload): Promise<void> => blobs.remove(uploadKey),
    async createDataset(
      caller: Caller,
      { name, sizeBytes, uploadKey }: ReceivedUpload,
      id = newId('ds', now()),
    ): Promise<Dataset> {
      const created = await store.createDataset(caller.teamId, { id, name, sizeBytes, uploadKey })
      dependencies.relay()
      return created
    },
    datasets: (caller: Caller, page: PageRequest): Promise<Page<DatasetSummary>> => store.datasets(caller.teamId, page),
    async datasetReport(caller: Caller, id: string) {
      const { state } = await dataset(caller, id)
      const report = await store.datasetReport(caller.teamId, id)
      if (report === undefined)
        throw new AppError('wrong_state', `Data set ${id} is ${state}; a report is there once it is ready.`)
      return report
    },
    async deleteDataset(caller: Caller, id: string): Promise<void> {
      await deleted(dependencies, () => store.deleteDataset(caller.teamId, id), `data set ${id}`)
    },
  }
}

/**
 * Deletes something and removes the blobs that it leaves, as far as they go now; a worker removes the others.
 * @throws AppError `not_found` for what is not there, `wrong_state` for what is needed
 */
async function deleted(
  { store, blobs }: ServiceDependencies,
  remove: () => Promise<boolean>,
  what: string,
): Promise<void> {
  if (!(await remove())) throw new AppError('not_found', `There is no ${what}.`)
  drainRemovedBlobs(store, blobs).catch(() => undefined)
}

function jobService(dependencies: Dependencies) {
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
