import { useState, type SyntheticEvent } from 'react'
import { counted } from '../format.ts'
import type { JobSummary } from '../shared/jobs.ts'
import { tagsOf } from '../shared/tags-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'

interface BulkTagsProps {
  action: 'tag' | 'untag'
  jobs: readonly JobSummary[]
  onApply: (tags: string[]) => Promise<void>
  onClose: () => void
}

export function BulkTags({ action, jobs, onApply, onClose }: BulkTagsProps) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const has = [...new Set(jobs.flatMap(({ tags }) => tags))]
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (tagsOf(text).length === 0) return
    setBusy(true)
    try {
      await onApply(tagsOf(text))
      onClose()
    } catch (reason) {
      setError(reason)
      setBusy(false)
    }
  }
  const title = action === 'tag' ? 'Add tags to' : 'Remove tags from'
  return (
    <Dialog title={`${title} ${counted(jobs.length, 'job')}`} open onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <TextField
          label="Tags"
          required
          value={text}
          onChange={setText}
          description={`With commas between them.${has.length === 0 ? '' : ` They have: ${has.join(', ')}.`}`}
        />
        {error !== undefined && <ErrorState error={error} />}
        <div className="row end">
          <Button type="submit" kind="primary" busy={busy}>
            {action === 'tag' ? 'Add the tags' : 'Remove the tags'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
