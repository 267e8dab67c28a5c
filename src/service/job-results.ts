import type { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import type { Report } from '../evaluation/report.ts'
import { foundJob } from './require-found.ts'
import type { Blobs, DownloadHeaders } from './ports/blobs.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { Store } from './ports/store.ts'
import type { Artifact, JobEvent, MetricSeries, Page, Transition } from './resources.ts'

/** What a job has done so far: its history, its report and its files. */
export function jobResultService({ store, blobs }: { store: Store; blobs: Blobs }) {
  return {
    async transitions(caller: Caller, id: string): Promise<Transition[]> {
      await foundJob(store, caller.teamId, id)
      return store.transitions(id)
    },
    async report(caller: Caller, id: string): Promise<Report> {
      const { state } = await foundJob(store, caller.teamId, id)
      const report = await store.report(caller.teamId, id)
      if (report === undefined || report === null)
        throw new AppError('wrong_state', `Job ${id} is ${state}; a report is there once it has succeeded.`)
      return report as Report
    },
    async events(caller: Caller, id: string, page: PageRequest): Promise<Page<JobEvent>> {
      await foundJob(store, caller.teamId, id)
      return store.events(id, page)
    },
    async metrics(
      caller: Caller,
      id: string,
      query: { keys?: string[] | undefined; after?: number | undefined; maxPoints: number },
    ): Promise<MetricSeries[]> {
      await foundJob(store, caller.teamId, id)
      return store.metrics(id, query)
    },
    async artifacts(caller: Caller, id: string): Promise<Artifact[]> {
      await foundJob(store, caller.teamId, id)
      return store.artifacts(id)
    },
    async artifact(caller: Caller, id: string, kind: string): Promise<Artifact & { blobKey: string }> {
      const { state } = await foundJob(store, caller.teamId, id)
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
    downloadUrl: (blobKey: string, headers: DownloadHeaders): Promise<string | undefined> =>
      blobs.downloadUrl(blobKey, headers),
  }
}
