import { keyService } from './api-keys.ts'
import { attemptService } from './attempts.ts'
import { auditService } from './audit-log.ts'
import { augmentPreviewService } from './augment-preview.ts'
import { authenticationService } from './authentication.ts'
import { checkpointService } from './checkpoints.ts'
import { comparisonService } from './comparison.ts'
import { datasetExportService } from './dataset-exports.ts'
import { datasetVersionService } from './dataset-versions.ts'
import { datasetService } from './datasets.ts'
import type { ServiceDependencies } from './dependencies.ts'
import { explanationService } from './explanation.ts'
import { exportService } from './exports.ts'
import { forkService } from './forks.ts'
import { jobBatchService } from './job-batch.ts'
import { jobResultService } from './job-results.ts'
import { jobService } from './jobs.ts'
import { logService } from './logs.ts'
import { memberService } from './members.ts'
import { operatorSessionService } from './operator-sessions.ts'
import { policyService } from './policies.ts'
import { predictionBatchService } from './prediction-batches.ts'
import { predictionService } from './predictions.ts'
import { quotaService } from './quotas.ts'
import { registryService } from './registry.ts'
import { createRelay } from './relay.ts'
import { resumableUploadService } from './resumable-uploads.ts'
import { retentionService } from './retention.ts'
import { sessionService } from './sessions.ts'
import { shareService } from './shares.ts'
import { storageService } from './storage.ts'
import { suggestionService } from './suggestions.ts'
import { sweepService } from './sweeps.ts'
import { teamService } from './teams.ts'
import { trashService } from './trash.ts'
import { webhookService } from './webhooks.ts'
import { wholeQueueService } from './whole-queue.ts'
import { workerService } from './workers.ts'

/** The use cases that the API offers. Another team's id is `not_found`, like one that does not exist. */
export type Services = ReturnType<typeof createServices>

export function createServices(given: ServiceDependencies) {
  const dependencies = { ...given, relay: createRelay(given) }
  return {
    ...given,
    ...teamService(dependencies),
    ...authenticationService(dependencies),
    ...keyService(dependencies),
    ...memberService(dependencies),
    ...sessionService(dependencies),
    ...operatorSessionService(dependencies),
    ...auditService(dependencies),
    ...quotaService(dependencies),
    ...datasetService(dependencies),
    ...datasetExportService(dependencies),
    ...datasetVersionService(dependencies),
    ...resumableUploadService(dependencies),
    ...jobService(dependencies),
    ...jobBatchService(dependencies),
    ...forkService(dependencies),
    ...explanationService(dependencies),
    ...jobResultService(dependencies),
    ...attemptService(dependencies),
    ...logService(dependencies),
    ...checkpointService(dependencies),
    ...sweepService(dependencies),
    ...policyService(dependencies),
    ...registryService(dependencies),
    ...predictionBatchService(dependencies),
    ...shareService(dependencies),
    ...predictionService(dependencies),
    ...exportService(dependencies),
    ...comparisonService(dependencies),
    ...suggestionService(dependencies),
    ...augmentPreviewService(dependencies),
    ...webhookService(dependencies),
    ...workerService(dependencies),
    ...wholeQueueService(dependencies),
    ...trashService(dependencies),
    ...retentionService(dependencies),
    ...storageService(dependencies),
  }
}
