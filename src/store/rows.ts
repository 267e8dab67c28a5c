import { orderedSpec } from '../job-spec/ordered-spec.ts'
import { datasetOfVersion } from '../service/dataset-ref.ts'
import { needsOf, type ShortNeeds } from '../service/job-needs.ts'
import type { JobState } from '../service/job-states.ts'
import type { Lineage } from '../service/ports/jobs.ts'
import type { Member, OperatedTeam, Role } from '../service/people-resources.ts'
import type {
  ApiKey,
  Artifact,
  Checkpoint,
  Dataset,
  DatasetSummary,
  DatasetVersion,
  Job,
  JobSummary,
  Progress,
  Reason,
  Scope,
  Team,
  Transition,
  Upload,
} from '../service/resources.ts'
import type {
  ApiKey as KeyRow,
  Artifact as ArtifactRow,
  Checkpoint as CheckpointRow,
  DatasetVersion as DatasetRow,
  Job as JobRow,
  Member as MemberRow,
  Team as TeamRow,
  Transition as TransitionRow,
  Upload as UploadRow,
} from './generated/client.ts'

/** Rows of the database as public resources. */

export const teamOf = ({ id, name, createdAt }: TeamRow): Team => ({ id, name, createdAt: createdAt.toISOString() })

export const operatedTeamOf = (row: TeamRow): OperatedTeam => ({
  ...teamOf(row),
  suspendedAt: row.suspendedAt?.toISOString() ?? null,
})

export const memberOf = ({ id, email, role, personId, createdAt, joinedAt }: MemberRow): Member => ({
  id,
  email,
  role: role as Role,
  person: personId,
  createdAt: createdAt.toISOString(),
  joinedAt: joinedAt?.toISOString() ?? null,
})

export const keyOf = (row: KeyRow): ApiKey => ({
  id: row.id,
  name: row.name,
  scopes: row.scopes as Scope[],
  member: row.memberId,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  rotatedFrom: row.rotatedFrom,
})

/** Documents that lists do not read. */
type Unread = 'report' | 'manifest' | 'changes'

export const datasetVersionOf = (row: Omit<DatasetRow, Unread>): DatasetVersion => ({
  dataset: row.datasetId,
  version: row.number,
  parent: row.parent,
  state: row.state as DatasetVersion['state'],
  changed: row.changed as DatasetVersion['changed'],
  classCount: row.classCount,
  images: row.counts as DatasetVersion['images'],
  reason: row.reason as Reason | null,
  createdAt: row.createdAt.toISOString(),
})

export function datasetSummaryOf(row: Omit<DatasetRow, Unread>): DatasetSummary {
  return {
    id: row.datasetId,
    version: row.number,
    name: row.name,
    state: row.state as Dataset['state'],
    sizeBytes: Number(row.sizeBytes),
    filesRead: row.filesRead,
    fractionRead: row.fractionRead,
    classCount: row.classCount,
    images: row.counts as DatasetSummary['images'],
    options: row.options as unknown as DatasetSummary['options'],
    reason: row.reason as Reason | null,
    sharedBy: null,
    createdAt: row.createdAt.toISOString(),
  }
}

export function datasetOf(row: Omit<DatasetRow, 'report' | 'changes'>): Dataset {
  const manifest = row.manifest as { classes: string[] } | null
  return { ...datasetSummaryOf(row), classes: manifest?.classes ?? null }
}

/** Columns of a job that its resource does not have. */
const PRIVATE_JOB = {
  report: true,
  task: true,
  giveUpAt: true,
  failedDependency: true,
  limitReached: true,
  workerId: true,
} as const

/** What a job's resource is made of: not its report, which may be large and is read by a separate route. */
export const PUBLIC_JOB = {
  omit: PRIVATE_JOB,
  include: { dataset: { select: { state: true, number: true, datasetId: true, name: true } } },
} as const

type ReadRow = Omit<JobRow, keyof typeof PRIVATE_JOB> & {
  dataset: { state: string; number: number; datasetId: string; name: string }
}

export const jobOf = (row: ReadRow): Job => ({
  ...jobSummaryOf(row),
  notes: row.notes,
  spec: orderedSpec(row.spec),
  reasons: row.reasons,
})

export function jobSummaryOf(row: Omit<ReadRow, 'spec' | 'reasons' | 'notes'>): JobSummary {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as Job['kind'],
    dataset: row.dataset.datasetId,
    datasetVersion: row.dataset.number,
    datasetName: row.dataset.name,
    model: row.model,
    datasetDeleted: row.dataset.state === 'deleted',
    sweep: row.sweepId,
    state: row.state as JobState,
    specHash: row.specHash,
    warnings: row.warnings as Job['warnings'],
    progress: row.progress as Progress | null,
    accuracy: row.accuracy,
    finalMetrics: row.finalMetrics as JobSummary['finalMetrics'],
    reason: row.reason as Reason | null,
    priority: row.priority,
    submittedBy: row.submittedBy,
    tags: row.tags,
    deadline: row.deadline?.toISOString() ?? null,
    maxRunSeconds: row.maxRunSeconds,
    maxWaitSeconds: row.maxWaitSeconds,
    ranSeconds: row.ranSeconds,
    after: row.after,
    blocked: row.blocked,
    forkOf: forkOf(row.forkOf as Lineage | null),
    resources: needsOf(row.resources as ShortNeeds),
    attempt: row.attempt,
    notBefore: row.notBefore?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }
}

function forkOf(lineage: Lineage | null): Job['forkOf'] {
  if (lineage === null) return null
  const { job, checkpoint, mode } = lineage
  return { job, checkpoint, mode }
}

export const transitionOf = ({ from, to, reason, at }: TransitionRow): Transition => ({
  from,
  to,
  reason: reason as Reason | null,
  at: at.toISOString(),
})

export function checkpointOf({
  id,
  jobId,
  kind,
  step,
  sizeBytes,
  sha256,
  metrics,
  createdAt,
}: CheckpointRow): Checkpoint {
  return {
    id,
    job: jobId,
    kind: kind as Checkpoint['kind'],
    step,
    sha256,
    sizeBytes: Number(sizeBytes),
    metrics: metrics as Record<string, number>,
    createdAt: createdAt.toISOString(),
  }
}

export const artifactOf = ({
  jobId,
  kind,
  fileName,
  contentType,
  sizeBytes,
  sha256,
  createdAt,
}: ArtifactRow): Artifact => ({
  job: jobId,
  kind,
  fileName,
  contentType,
  sha256,
  sizeBytes: Number(sizeBytes),
  createdAt: createdAt.toISOString(),
})

export const uploadOf = ({ id, sizeBytes, offset, metadata, datasetId, expiresAt }: UploadRow): Upload => ({
  id,
  sizeBytes: sizeBytes === null ? null : Number(sizeBytes),
  offset: Number(offset),
  metadata: metadata as Upload['metadata'],
  dataset: datasetId === null ? null : datasetOfVersion(datasetId),
  expiresAt: expiresAt.toISOString(),
})
