import { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { versionId } from './dataset-ref.ts'
import { containing, lineId, linesOf, type LinePlace, type LogLine } from './log-resources.ts'
import type { Blobs } from './ports/blobs.ts'
import type { Caller } from './ports/caller.ts'
import type { LogChunk } from './ports/logs.ts'
import type { Store } from './ports/store.ts'
import { foundDataset, foundJob, requireFound } from './require-found.ts'
import { inCurrentTeam } from './team-scope.ts'

export interface LogRequest {
  attempt?: number | undefined
  /** Lines that contain it, in whatever case. */
  search?: string | undefined
  after: LinePlace
  limit: number
}

export interface LogPage {
  data: LogLine[]
  /** Where the next page begins; undefined after the last line. */
  next?: string
}

/** Bytes of a log that one page is searched for in. */
const MAX_SCANNED_BYTES = 4_000_000
const DOWNLOAD_PAGE = 5000

/** What processes printed for a job, a version of a data set or a batch of predictions. One function: a use case after the other over the same ports. */
export function logService({ store, blobs }: { store: Store; blobs: Blobs }) {
  const chunkLines = async (owner: string, chunk: LogChunk): Promise<LogLine[]> => {
    const stored =
      chunk.blobKey === undefined ? await store.logText(owner, chunk) : await unpacked(blobs, chunk.blobKey)
    return linesOf(stored ?? '', { attempt: chunk.attempt, number: chunk.firstLine })
  }

  /** Lines after a place. Where lines were cut, a line says so. */
  const logLines = async (owner: string, request: LogRequest): Promise<LogPage> => {
    const { after, attempt, limit, search } = request
    const matches = containing(search)
    const chunks = await store.logChunks(owner, { after, attempt })
    const data: LogLine[] = []
    let place = after
    let scanned = 0
    for (const chunk of chunks) {
      if (data.length >= limit || scanned > MAX_SCANNED_BYTES) return { data, next: lineId.format(place) }
      scanned += chunk.bytes
      const lines = await chunkLines(owner, chunk)
      const cut = gap(place, chunk)
      if (cut !== undefined && lines[0] !== undefined && search === undefined) {
        data.push(cutLine(lines[0], cut))
        place = { attempt: chunk.attempt, number: chunk.firstLine - 1 }
      }
      for (const line of lines) {
        const here = lineId.parse(line.id)
        if (here.attempt === after.attempt && here.number <= after.number) continue
        if (data.length >= limit) return { data, next: lineId.format(place) }
        if (matches(line)) data.push(line)
        place = here
      }
      place = { attempt: chunk.attempt, number: chunk.firstLine + chunk.lines - 1 }
    }
    return { data }
  }

  return {
    /** The log's key. @throws AppError `not_found` */
    async jobLog(caller: Caller, id: string): Promise<string> {
      await foundJob(store, caller.teamId, id)
      return id
    },
    async datasetLog(caller: Caller, ref: string): Promise<string> {
      const { id, version } = await foundDataset(store, { teamId: caller.teamId, id: ref })
      return versionId(id, version)
    },
    async predictionLog({ teamId }: Caller, id: string): Promise<string> {
      requireFound(await store.batch(teamId, id), 'batch of predictions', id)
      return id
    },
    logLines,
    /** The last lines, at most so many. */
    async logTail(owner: string, { attempt, search, limit }: Omit<LogRequest, 'after'>): Promise<LogLine[]> {
      const chunks = await store.logChunks(owner, { after: lineId.parse('0'), attempt })
      const matches = containing(search)
      let lines: LogLine[] = []
      let scanned = 0
      for (const chunk of chunks.reverse()) {
        if (lines.length >= limit || scanned > MAX_SCANNED_BYTES) break
        scanned += chunk.bytes
        lines = [...(await chunkLines(owner, chunk)).filter(matches), ...lines]
      }
      return lines.slice(-limit)
    },
    /** The whole log as text, page by page. */
    logText: (owner: string, request: Pick<LogRequest, 'attempt' | 'search'>): Readable =>
      Readable.from(
        inCurrentTeam(
          (async function* () {
            let next: string | undefined = '0'
            while (next !== undefined) {
              const page: LogPage = await logLines(owner, {
                ...request,
                after: lineId.parse(next),
                limit: DOWNLOAD_PAGE,
              })
              yield page.data.map(plain).join('')
              next = page.next
            }
          })(),
        ),
      ),
  }
}

const plain = ({ at, attempt, stream, text }: LogLine): string => `${at} ${attempt} ${stream} ${text}\n`

/** Lines that are missing between a place and a chunk. */
function gap(place: LinePlace, { attempt, firstLine }: LogChunk): number | undefined {
  const expected = place.attempt === attempt ? place.number + 1 : 0
  return firstLine > expected ? firstLine - expected : undefined
}

/** Stands for lines that were cut, with the id of the last of them. */
const cutLine = ({ id, attempt, at }: LogLine, lines: number): LogLine => ({
  id: String(BigInt(id) - 1n),
  attempt,
  at,
  stream: 'anneal',
  text: `… ${lines} lines were cut here`,
})

/** Empty where the blob was cut meanwhile. */
async function unpacked(blobs: Blobs, key: string): Promise<string> {
  if ((await blobs.sizeBytes(key)) === undefined) return ''
  return textOf(blobs.read(key).pipe(createGunzip()))
}
