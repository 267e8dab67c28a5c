import { join } from 'node:path'
import type { TrainEvent } from './events.ts'
import { writeWhole } from './write-file-atomic.ts'

export type ArtifactEvent = Extract<TrainEvent, { type: 'artifact' }>

export interface NewArtifact {
  /** Lower-case words with hyphens; a run has one artifact of a kind. */
  kind: string
  /** In the run's folder; its ending is kept wherever the file is. */
  fileName: string
  contentType: string
  bytes: Uint8Array
}

/**
 * Writes a file that a run leaves next to its checkpoints into the run's folder, and gives the event that has it kept: a worker stores it
 * with the job, where `GET /v1/jobs/{id}/artifacts/{kind}` reads it.
 */
export async function writeArtifact(
  outDir: string,
  { kind, fileName, contentType, bytes }: NewArtifact,
): Promise<ArtifactEvent> {
  return { type: 'artifact', kind, contentType, ...(await writeWhole(join(outDir, fileName), bytes)) }
}
