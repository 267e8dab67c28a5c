import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { api, data } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import { jobName } from './jobs.ts'

/** Tags as they are typed, with commas between them. */
export const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
]

interface TagsDialogProps {
  job: { id: string; name: string; tags: readonly string[] }
  onClose: () => void
}

export function TagsDialog({ job, onClose }: TagsDialogProps) {
  const queries = useQueryClient()
  const [text, setText] = useState(job.tags.join(', '))
  const save = useMutation({
    mutationFn: () =>
      data(api.PATCH('/v1/jobs/{id}', { params: { path: { id: job.id } }, body: { tags: tagsOf(text) } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['jobs'] })
      onClose()
    },
  })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Dialog title={`Tags of ${jobName(job)}`} open onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField label="Tags" value={text} onChange={setText} description="With commas between them." />
        {save.isError && <ErrorState error={save.error} />}
        <div className="row end">
          <Button onClick={onClose}>Keep as they are</Button>
          <Button type="submit" kind="primary" busy={save.isPending}>
            Save the tags
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
