import type { Dependencies } from './dependencies.ts'
import { requireEvenBatches } from './even-batches.ts'
import { needsOf, shortNeeds, type JobResources } from './job-needs.ts'
import { newJobSettings, type JobSettings } from './job-settings.ts'
import { jobSpecs } from './job-specs.ts'
import { likenessOf } from './likeness.ts'
import type { Caller } from './ports/caller.ts'
import type { NewJob } from './ports/jobs.ts'
import type { Job } from './resources.ts'
import type { SubmittedJob } from './scheduling-resources.ts'
import { traceparent } from '../tracing/tracing.ts'
import { deviceFor, waitingFor } from './waiting-for.ts'

/** Submissions as they are resolved and stored, whatever they come from. */
export function newJobs(dependencies: Dependencies) {
  const { store, now, relay } = dependencies
  const specs = jobSpecs(dependencies)

  const resolve = async (caller: Caller, requested: unknown, resources: JobResources = {}) => {
    const { datasetId, facts } = await specs.dataset(caller, requested)
    const device = await deviceFor(store, needsOf(shortNeeds(resources)))
    const resolution = await specs.resolve(caller, withDataset(requested, datasetId), { facts, device })
    requireEvenBatches(resolution.spec, resources)
    return { datasetId, facts, ...resolution }
  }
  const asSubmitted = async (job: Job): Promise<SubmittedJob> => ({
    ...job,
    waitingFor: await waitingFor(store, job.resources),
  })
  return {
    resolve,
    asSubmitted,
    async create(
      caller: Caller,
      { id, settings, resolved, forkOf }: NewSubmission & { resolved: Awaited<ReturnType<typeof resolve>> },
    ): Promise<SubmittedJob> {
      const { spec, hash, reasons, warnings, datasetId } = resolved
      const created = await store.createJob({
        id,
        teamId: caller.teamId,
        datasetId,
        name: spec.name,
        spec,
        specHash: hash,
        reasons,
        warnings,
        ...newJobSettings(settings, now()),
        keyId: caller.keyId,
        submittedBy: caller.member?.email ?? null,
        likeness: likenessOf(spec),
        traceparent: traceparent(),
        ...(forkOf === undefined ? {} : { forkOf }),
      })
      relay()
      return asSubmitted(created)
    },
  }
}

interface NewSubmission {
  id: string
  settings: JobSettings
  forkOf?: NewJob['forkOf']
}

/** A spec that names the version of its data set. */
const withDataset = (body: unknown, dataset: string): object => ({ ...(body as object), dataset })
