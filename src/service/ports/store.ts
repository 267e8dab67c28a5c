import type { AttemptStore } from './attempts.ts'
import type { AuditStore } from './audit.ts'
import type { ChangeListener } from './changes.ts'
import type { CheckpointStore } from './checkpoints.ts'
import type { DatasetClaims, DatasetStore } from './datasets.ts'
import type { Deletion, RemovedBlobs } from './deletion.ts'
import type { QueueView } from './fair-share.ts'
import type { GangStore } from './gangs.ts'
import type { GarbageStore } from './garbage.ts'
import type { HistoryStore } from './history.ts'
import type { IdempotencyStore } from './idempotency.ts'
import type { JobClaims } from './job-claims.ts'
import type { JobStore } from './jobs.ts'
import type { LogStore } from './logs.ts'
import type { OperatorSessionStore } from './operator-sessions.ts'
import type { OperationsStore } from './operations.ts'
import type { PeopleStore } from './people.ts'
import type { PolicyStore } from './policies.ts'
import type { BatchClaims, BatchStore } from './prediction-batches.ts'
import type { Outbox } from './queue.ts'
import type { RegistryStore, ShareStore } from './registry.ts'
import type { RetentionStore } from './retention.ts'
import type { StorageStore } from './storage.ts'
import type { SweepStore } from './sweeps.ts'
import type { KeyStore, TeamStore } from './teams.ts'
import type { ThroughputStore } from './throughput.ts'
import type { TrashStore } from './trash.ts'
import type { UploadStore } from './uploads.ts'
import type { UsageStore } from './usage.ts'
import type { WebhookClaims, WebhookStore } from './webhooks.ts'
import type { WholeQueue } from './whole-queue.ts'
import type { WorkerStore } from './workers.ts'

/** PostgreSQL, or a fake that passes the same contract. Reads of another team's id give undefined. */
export interface Store
  extends
    TeamStore,
    KeyStore,
    PeopleStore,
    OperatorSessionStore,
    AuditStore,
    UsageStore,
    QueueView,
    WholeQueue,
    ThroughputStore,
    DatasetStore,
    DatasetClaims,
    UploadStore,
    JobStore,
    JobClaims,
    GangStore,
    HistoryStore,
    AttemptStore,
    CheckpointStore,
    SweepStore,
    PolicyStore,
    RegistryStore,
    BatchStore,
    BatchClaims,
    ShareStore,
    OperationsStore,
    WorkerStore,
    Outbox,
    Deletion,
    TrashStore,
    RetentionStore,
    GarbageStore,
    StorageStore,
    RemovedBlobs,
    IdempotencyStore,
    LogStore,
    WebhookStore,
    WebhookClaims {
  /** Jobs and data sets as they change. */
  readonly changes: ChangeListener
  ready(): Promise<void>
  close(): Promise<void>
}
