import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { credentials } from '../credentials.ts'
import { sending, type Sender } from '../shared/upload/sending.ts'
import type { Source } from '../shared/upload/source.ts'
import { bodyOf, type BatchDraft } from './batch-draft.ts'
import type { Batch } from './model-queries.ts'

/** Makes a batch, of images that are uploaded first where they are on this computer. They are not uploaded again after a refusal. */
export function useNewBatch() {
  const queries = useQueryClient()
  const [sentBytes, setSentBytes] = useState<number>()
  const uploaded = useRef<{ source: Source; id: string }>(undefined)
  const uploadOf = async (source: Source, { anneal, headers }: Sender): Promise<string> => {
    if (uploaded.current?.source === source) return uploaded.current.id
    const id = await anneal.predictions.upload(source.content, { headers, onProgress: setSentBytes })
    uploaded.current = { source, id }
    return id
  }
  const make = useMutation({
    mutationFn: ({ draft, source }: { draft: BatchDraft; source: Source | undefined }): Promise<Batch> =>
      sending(credentials.team(), async (sender) => {
        const upload = source === undefined ? undefined : await uploadOf(source, sender)
        return (await sender.anneal.predictions.create(bodyOf(draft, upload))).info
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['predictions'] }),
    onSettled: () => setSentBytes(undefined),
  })
  return { make, sentBytes }
}
