import { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import type { BlobFiles } from './ports/blobs.ts'
import type { Caller } from './ports/caller.ts'
import type { DatasetZip } from './ports/images.ts'
import type { Store } from './ports/store.ts'
import { packedKey } from './model-files.ts'
import { withinTeam } from './team-scope.ts'

interface ExportDependencies {
  store: Store
  files: BlobFiles
  datasetZip: DatasetZip
  scratchDir: string
}

/** Exports of a team that are sent at a time. */
const MAX_RUNNING = 4
/** Changes with the bytes that are made of a data set. */
const FORM = 1

/** Data sets as archives that can be uploaded again. */
export function datasetExportService({ store, files, datasetZip, scratchDir }: ExportDependencies) {
  const running = new Map<string, number>()
  const count = (teamId: string, change: 1 | -1): void => {
    const now = (running.get(teamId) ?? 0) + change
    if (now === 0) running.delete(teamId)
    else running.set(teamId, now)
  }

  return {
    /**
     * A zip that is made while it is read, and whose bytes are a function of `version`. It ends with an error where the data set is deleted
     * meanwhile.
     * @throws AppError `not_found`, or `wrong_state` before it is ready; `read` throws `rate_limited`
     */
    async datasetExport(caller: Caller, id: string): Promise<{ version: string; read: () => Promise<Readable> }> {
      const { teamId } = caller
      const key = await packedKey({ store }, caller, id)
      // It is asked while the answer is read, which is within no team.
      const requireThere = async (): Promise<void> =>
        void (await withinTeam(teamId, () => packedKey({ store }, caller, id)))
      return {
        version: `${FORM}/${key}`,
        async read() {
          if ((running.get(teamId) ?? 0) >= MAX_RUNNING)
            throw new AppError(
              'rate_limited',
              `${MAX_RUNNING} data sets of this team are being exported; wait until one is done.`,
              { retryable: true },
            )
          count(teamId, 1)
          const held = files.hold()
          async function* parts(): AsyncGenerator<Buffer> {
            yield* datasetZip(await held.folder(key, 'stream'), { scratch: scratchDir, requireThere })
          }
          return started(parts(), () => {
            held.release()
            count(teamId, -1)
          })
        },
      }
    },
  }
}

/** A stream that has its first part, so that what fails at once is an error and no stream; `ended` is called in any case. */
async function started(parts: AsyncGenerator<Buffer>, ended: () => void): Promise<Readable> {
  try {
    const waiting = [await parts.next()]
    const iterator: AsyncIterator<Buffer> = {
      next: async () => waiting.pop() ?? parts.next(),
      return: () => parts.return(undefined),
    }
    return Readable.from({ [Symbol.asyncIterator]: () => iterator }).once('close', ended)
  } catch (error) {
    ended()
    throw error
  }
}
