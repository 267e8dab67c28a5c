import type { components } from '../../../../clients/typescript/src/schema.ts'
import { anneal } from '../../api.ts'
import { sessionHeaders } from '../upload/uploads.ts'

export type AppendTo = 'train' | 'val' | 'test' | 'draw'

interface Append {
  id: string
  version: number
  split: AppendTo
  content: File | readonly File[]
  onProgress: (sentBytes: number) => void
}

/** Uploads images, and makes a version with them. */
export async function appended({
  id,
  version,
  split,
  content,
  onProgress,
}: Append): Promise<components['schemas']['DatasetVersion']> {
  const dataset = await anneal.datasets.get(id)
  return dataset.append(content, { base: version, split, onProgress, headers: sessionHeaders() })
}
