import { join } from 'node:path'
import type { HeldBlobs } from '../service/ports/blobs.ts'
import type { JobClaim } from '../service/ports/job-claims.ts'
import type { TrainerTask } from '../train/process/task.ts'
import { verifiedPaths } from './checkpoint-restore.ts'
import { withSmallerBatches } from './smaller-batches.ts'

interface TaskSettings {
  /** Where downloaded weights are kept and come from. */
  weights: { cacheDir: string; endpoint: string; hosts?: string[]; redirectHosts?: string[] }
  /** Where people reach the service, for links in reports. */
  publicUrl?: string | undefined
  /** Of so many training steps one has a span; undefined: none has. */
  traceEverySteps?: number | undefined
}

/** The task of a claimed job's trainer; its data set is held, and may arrive while it trains. */
export async function taskOf(
  claim: JobClaim,
  { weights, traceEverySteps, publicUrl }: TaskSettings,
  { outDir, held, gang }: { outDir: string; held: HeldBlobs; gang?: NonNullable<TrainerTask['parallel']>['gang'] },
): Promise<TrainerTask> {
  const { compressGradients } = claim.resources
  const parallel = {
    devices: claim.devices,
    ...(compressGradients === undefined ? {} : { compressGradients }),
    ...(gang === undefined ? {} : { gang }),
  }
  return {
    spec: withSmallerBatches(claim.spec, claim.accumulationFactor),
    specHash: claim.specHash,
    reasons: claim.reasons,
    origin: originOf(claim, publicUrl),
    baselines: claim.baselines,
    dataDir: await held.folder(claim.packedKey, 'stream'),
    outDir,
    handOver: join(outDir, 'hand-over'),
    weights: { ...weights, checkpoints: await verifiedPaths(claim.named, held) },
    kind: claim.kind,
    ...(claim.kind === 'fit' && claim.devices > 1 ? { parallel } : {}),
    options: claim.task,
    ...(claim.continues === undefined ? {} : { continues: claim.continues }),
    ...(claim.pauseAt === undefined ? {} : { pauseAt: claim.pauseAt }),
    ...(traceEverySteps === undefined ? {} : { traceEverySteps }),
  }
}

/** What the report says of where it comes from. */
function originOf(
  { id, name, attempt, dataset, named }: JobClaim,
  publicUrl: string | undefined,
): NonNullable<TrainerTask['origin']> {
  const parents = Object.keys(named)
  const url = publicUrl === undefined ? {} : { url: `${publicUrl}/jobs/${id}` }
  return { job: { id, name, attempt, ...url }, dataset, ...(parents.length === 0 ? {} : { parents }) }
}
