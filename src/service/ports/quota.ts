/** What a team may have at most. */
export interface Quota {
  /** Jobs that are queued or paused. */
  queuedJobs: number
  /** Data sets that are being ingested. */
  ingests: number
  /** Bytes of data sets, checkpoints and artifacts. */
  bytes: number
  apiKeys: number
}
export type Usage = Quota
