import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../service/ports/caller.ts'
import type { Services } from '../service/services.ts'
import type { RequestCounts } from '../service/ports/queue.ts'
import { auditChanges } from './audit.ts'
import { requireKey } from './auth.ts'
import { compressAnswers } from './compression.ts'
import { limitRequests } from './request-limit.ts'
import { apiKeyRoutes, ownApiKeyRoutes } from './routes/api-keys.ts'
import { artifactRoutes } from './routes/artifacts.ts'
import { auditLogRoutes } from './routes/audit-log.ts'
import { augmentRoutes } from './routes/augment.ts'
import { checkpointRoutes } from './routes/checkpoints.ts'
import { datasetExportRoutes } from './routes/dataset-export.ts'
import { datasetRoutes } from './routes/datasets.ts'
import { datasetVersionRoutes } from './routes/dataset-versions.ts'
import { evaluationRoutes } from './routes/evaluation.ts'
import { exportRoutes } from './routes/exports.ts'
import { imageRoutes } from './routes/images.ts'
import { jobResultRoutes } from './routes/job-results.ts'
import { jobRoutes } from './routes/jobs.ts'
import { logRoutes } from './routes/logs.ts'
import { memberRoutes } from './routes/members.ts'
import { policyRoutes } from './routes/policies.ts'
import { predictionRoutes } from './routes/predictions.ts'
import { predictionBatchRoutes } from './routes/prediction-batches.ts'
import { recipeRoutes } from './routes/recipes.ts'
import { registryRoutes } from './routes/registry.ts'
import { shareRoutes } from './routes/shares.ts'
import { storageRoutes } from './routes/storage.ts'
import { suggestionRoutes } from './routes/suggestions.ts'
import { retentionRoutes } from './routes/retention.ts'
import { sweepRoutes } from './routes/sweeps.ts'
import { teamRoutes } from './routes/team.ts'
import { trashRoutes } from './routes/trash.ts'
import { uploadRoutes } from './routes/uploads.ts'
import { usageRoutes } from './routes/usage.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import type { Streams } from './sse.ts'

interface Version1Options {
  services: Services
  streams: Streams
  requestCounts: RequestCounts
  /** Bytes of an upload at most. */
  uploadBytes: number
}

/** Everything that takes an API key or a session. */
export function version1({
  services,
  streams,
  requestCounts,
  uploadBytes,
}: Version1Options): FastifyPluginAsyncTypebox {
  return async (v1) => {
    v1.addHook('onSend', async (_, reply) => {
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    })
    requireKey(v1, services)
    await compressAnswers(v1)
    v1.addHook('onResponse', async (request, reply) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') logChange(request, reply.statusCode)
    })
    // After authentication, so that a team's limit holds however its header or the address is spelt.
    await limitRequests(v1, services, requestCounts)
    auditChanges(v1, services)
    await v1.register(teamRoutes(services))
    await v1.register(memberRoutes(services))
    await v1.register(apiKeyRoutes(services))
    await v1.register(ownApiKeyRoutes(services))
    await v1.register(auditLogRoutes(services))
    await v1.register(usageRoutes(services))
    await v1.register(datasetRoutes(services, uploadBytes))
    await v1.register(datasetExportRoutes(services))
    await v1.register(datasetVersionRoutes(services, uploadBytes))
    await v1.register(uploadRoutes(services, uploadBytes))
    await v1.register(jobRoutes(services))
    await v1.register(recipeRoutes)
    await v1.register(jobResultRoutes(services, streams))
    await v1.register(logRoutes(services, streams))
    await v1.register(sweepRoutes(services))
    await v1.register(checkpointRoutes(services))
    await v1.register(artifactRoutes(services))
    await v1.register(evaluationRoutes(services))
    await v1.register(suggestionRoutes(services))
    await v1.register(predictionRoutes(services))
    await v1.register(exportRoutes(services))
    await v1.register(imageRoutes(services))
    await v1.register(augmentRoutes(services))
    await v1.register(policyRoutes(services))
    await v1.register(registryRoutes(services))
    await v1.register(predictionBatchRoutes(services))
    await v1.register(shareRoutes(services))
    await v1.register(webhookRoutes(services))
    await v1.register(trashRoutes(services))
    await v1.register(retentionRoutes(services))
    await v1.register(storageRoutes(services))
  }
}

/** Who has changed what: keys, data sets, jobs. Bodies and secrets are no part of it. */
function logChange({ log, method, url, caller, id }: FastifyRequest, status: number): void {
  const who = (caller as Caller | undefined) ?? { keyId: undefined, teamId: undefined }
  const line = { event: 'change_requested', method, path: url.split('?', 1)[0]?.slice(0, 200), status, requestId: id }
  log.info({ ...line, keyId: who.keyId, teamId: who.teamId })
}
