import type { CheckpointStore } from './checkpoints.ts'
import type { DatasetClaims, DatasetStore } from './datasets.ts'
import type { Deletion, RemovedBlobs } from './deletion.ts'
import type { HistoryStore } from './history.ts'
import type { IdempotencyStore } from './idempotency.ts'
import type { JobClaims } from './job-claims.ts'
import type { JobStore } from './jobs.ts'
import type { PolicyStore } from './policies.ts'
import type { Outbox } from './queue.ts'
import type { SweepStore } from './sweeps.ts'
import type { TeamStore } from './teams.ts'
import type { UploadStore } from './uploads.ts'

/** PostgreSQL, or a fake that passes the same contract. Reads of another team's id give undefined. */
export interface Store
  extends
    TeamStore,
    DatasetStore,
    DatasetClaims,
    UploadStore,
    JobStore,
    JobClaims,
    HistoryStore,
    CheckpointStore,
    SweepStore,
    PolicyStore,
    Outbox,
    Deletion,
    RemovedBlobs,
    IdempotencyStore {
  /** `events` for the streams of all teams, whose readers were let in by their jobs. */
  watchedEvents: HistoryStore['events']
  ready(): Promise<void>
  close(): Promise<void>
}
