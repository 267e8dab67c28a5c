import Type, { type TArray, type TSchema } from 'typebox'
import { Comparison, DifferingImage } from '../../evaluation/comparison-schema.ts'
import { Report } from '../../evaluation/report.ts'
import { Suggestion } from '../../evaluation/suggestions.ts'
import { IngestReport } from '../../job-spec/ingest-report.ts'
import { JobSpec } from '../../job-spec/schema.ts'
import { AcceptRequest } from '../../service/accept-suggestions.ts'
import { Attempt } from '../../service/attempt-resources.ts'
import { AuditEntry } from '../../service/audit-resources.ts'
import { DatasetRequest, IngestSettings } from '../../service/dataset-options.ts'
import { FinalMetrics } from '../../service/final-metrics.ts'
import { ForkRequest, SpecDiff } from '../../service/forks.ts'
import { BatchRequest, BatchResult } from '../../service/job-batch.ts'
import { JobChanges, JobSettings } from '../../service/job-settings.ts'
import { LogLine } from '../../service/log-resources.ts'
import {
  Member,
  OperatedTeam,
  OperatorSessionInfo,
  SessionInfo,
  TeamOverview,
  TeamQuota,
  TeamQuotaChange,
} from '../../service/people-resources.ts'
import { NewPolicy, PolicySummary, SavedPolicy } from '../../service/policy-resources.ts'
import { NewPredictionBatch, PredictionBatch } from '../../service/prediction-resources.ts'
import {
  AnsweringModel,
  Lineage,
  ModelChanges,
  ModelVersion,
  ModelVersionWithLineage,
  NewModel,
  NewModelVersion,
  NewPromotion,
  Promotion,
  RegisteredModel,
  Share,
} from '../../service/registry-resources.ts'
import { DatasetDifference } from '../../service/dataset-difference-resources.ts'
import {
  ApiKey,
  Artifact,
  Checkpoint,
  Dataset,
  DatasetItem,
  DatasetSummary,
  DatasetVersion,
  Job,
  JobEvent,
  JobSummary,
  MetricSeries,
  Progress,
  Reason,
  Team,
  Transition,
  Upload,
} from '../../service/resources.ts'
import { RetentionCandidate, RetentionPolicy } from '../../service/retention-resources.ts'
import { Explanation, QueuedJob, QuotaState, UsageRow } from '../../service/scheduling-resources.ts'
import { StorageRow } from '../../service/storage-resources.ts'
import { JobSuggestion } from '../../service/suggestion-resources.ts'
import { Sweep, SweepRequest, SweepSummary, SweepTrial } from '../../service/sweep-resources.ts'
import { TrashEntry } from '../../service/trash-resources.ts'
import { VersionRequest } from '../../service/version-request.ts'
import {
  NewWebhook,
  Webhook,
  WebhookChanges,
  WebhookDelivery,
  WebhookWithSecret,
} from '../../service/webhook-resources.ts'
import { Worker } from '../../service/worker-resources.ts'
import { Problem } from '../problem.ts'

/** A job spec and what goes with it, as documented: the spec's own parser checks it, whose messages name the nearest known key. */
export const JobSubmission = Type.Object(
  { ...JobSpec.properties, ...JobSettings.properties },
  {
    additionalProperties: false,
    description:
      'A job spec with `dataset`, and next to it what is no part of the spec: priority, tags, notes, limits, and what it runs after.',
  },
)

/** Parts of a spec that it has in several places, or that are long. */
const SPEC_PARTS = [
  'model',
  'image',
  'sampling',
  'mix',
  'loss',
  'optimizer',
  'schedule',
  'averaging',
  'adjustment',
  'openSet',
  'calibration',
  'evaluation',
  'earlyStopping',
  'budget',
] as const
const part = (name: string): TSchema => JobSpec.properties[name] ?? Type.Never()

/** Schemas that are components of the OpenAPI document, each under its name; others are named by the operation that has them. */
export const NAMED_SCHEMAS = {
  AcceptRequest,
  AnsweringModel,
  ApiKey,
  Artifact,
  Attempt,
  AuditEntry,
  BatchRequest,
  BatchResult,
  Checkpoint,
  Comparison,
  Dataset,
  DatasetDifference,
  DatasetItem,
  DatasetRequest,
  DatasetSummary,
  DatasetVersion,
  DifferingImage,
  Explanation,
  FinalMetrics,
  ForkRequest,
  IngestReport,
  IngestSettings,
  Job,
  JobChanges,
  JobEvent,
  JobSubmission,
  JobSuggestion,
  JobSummary,
  Lineage,
  LogLine,
  Member,
  MetricSeries,
  ModelChanges,
  ModelVersion,
  ModelVersionWithLineage,
  NewModel,
  NewModelVersion,
  NewPolicy,
  NewPredictionBatch,
  NewPromotion,
  NewWebhook,
  OperatedTeam,
  OperatorSessionInfo,
  PolicySummary,
  PredictionBatch,
  Problem,
  Progress,
  Promotion,
  QueuedJob,
  QuotaState,
  Reason,
  RegisteredModel,
  Report,
  RetentionCandidate,
  RetentionPolicy,
  SavedPolicy,
  SessionInfo,
  Share,
  SpecDiff,
  StorageRow,
  Suggestion,
  Sweep,
  SweepRequest,
  SweepSummary,
  SweepTrial,
  Team,
  TeamOverview,
  TeamQuota,
  TeamQuotaChange,
  Transition,
  TrashEntry,
  Upload,
  UsageRow,
  VersionRequest,
  Webhook,
  WebhookChanges,
  WebhookDelivery,
  WebhookWithSecret,
  Worker,
  AugmentationSpec: (part('augment') as TArray).items,
  StageSpec: (part('stages') as TArray).items,
  ...Object.fromEntries(SPEC_PARTS.map((name) => [`${name[0]?.toUpperCase()}${name.slice(1)}Spec`, part(name)])),
} satisfies Record<string, TSchema>
