import type { Artifact, Checkpoint } from '../resources.ts'

/** Checkpoints and artifacts of jobs. */
export interface CheckpointStore {
  checkpoints(jobId: string): Promise<Checkpoint[]>
  /** Also one that a later one has superseded, as long as it is kept. */
  checkpoint(teamId: string, id: string): Promise<(Checkpoint & { blobKey: string }) | undefined>
  artifacts(jobId: string): Promise<Artifact[]>
  artifact(jobId: string, kind: string): Promise<(Artifact & { blobKey: string }) | undefined>
}
