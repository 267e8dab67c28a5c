import type { components } from '../../../../clients/typescript/src/schema.ts'
import { credentials } from '../../credentials.ts'
import { sending } from '../../shared/upload/sending.ts'

export type AppendTo = 'train' | 'val' | 'test' | 'draw'

interface Append {
  id: string
  version: number
  split: AppendTo
  content: File | readonly File[]
  onProgress: (sentBytes: number) => void
}

/** Uploads images, and makes a version with them. */
export const appended = ({
  id,
  version,
  split,
  content,
  onProgress,
}: Append): Promise<components['schemas']['DatasetVersion']> =>
  sending(credentials.team(), async ({ anneal, headers }) => {
    const dataset = await anneal.datasets.get(id)
    return dataset.append(content, { base: version, split, onProgress, headers })
  })
