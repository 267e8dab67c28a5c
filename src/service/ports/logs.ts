import type { LinePlace, LogLine } from '../log-resources.ts'

/** Whose log it is. */
export interface LogOwner {
  /** Of the job, of the version of a data set, or of the batch of predictions. */
  id: string
  kind: 'job' | 'dataset' | 'predictions'
  teamId: string
}

/** Lines `firstLine` to `firstLine + lines - 1` of an attempt. */
export interface LogChunk {
  attempt: number
  firstLine: number
  lines: number
  /** Of its text. */
  bytes: number
  /** Undefined where its text is in the database. */
  blobKey?: string
}

/** Logs: their newest chunks as rows, earlier ones as blobs. */
export interface LogStore {
  /** @returns false where the owner was deleted. The same chunk may be written again. */
  appendLog(owner: LogOwner, chunk: Omit<LogChunk, 'blobKey'> & { text: string }): Promise<boolean>
  /** Replaces chunks, which follow each other, by one whose text is a blob. @returns false where the owner was deleted */
  packLog(owner: LogOwner, chunk: Required<LogChunk>): Promise<boolean>
  /** Drops chunks of an attempt, and notes their blobs for removal. */
  cutLog(owner: string, attempt: number, firstLines: readonly number[]): Promise<void>
  /** Drops the logs of attempts before one. */
  forgetLogs(owner: string, beforeAttempt: number): Promise<void>
  /** Chunks with lines after a place, of one attempt or of all, in their order. */
  logChunks(owner: string, where: { after: LinePlace; attempt?: number | undefined }): Promise<LogChunk[]>
  /** Undefined where it is in a blob by now, or was cut. */
  logText(owner: string, chunk: Pick<LogChunk, 'attempt' | 'firstLine'>): Promise<string | undefined>
  /**
   * In one query: whether the owner has ended, the id of its newest line, and of the lines after a cursor those that are rows, unless there
   * are too many. Owners that are no more are left out.
   */
  followedLogs(
    cursors: readonly { owner: string; after?: string | undefined }[],
  ): Promise<{ owner: string; ended: boolean; newest: string; lines: LogLine[] }[]>
}
