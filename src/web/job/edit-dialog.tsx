import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { jobName, type Job } from '../shared/jobs.ts'
import { tagsOf } from '../shared/tags-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'

type Changes = components['schemas']['JobChanges']

interface Draft {
  tags: string
  notes: string
  priority: string
  deadline: string
  maxRunMinutes: string
  maxWaitMinutes: string
}

const SECONDS = 60
const MS_PER_MINUTE = 60_000

/** What can be changed of a job after its submission. One function: one form over one state. */
export function EditDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState<Draft>(() => draftOf(job))
  const save = useMutation({
    mutationFn: (body: Changes) => data(api.PATCH('/v1/jobs/{id}', { params: { path: { id: job.id } }, body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['jobs'] })
      onClose()
    },
  })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    const changes = changesOf(job, draft)
    if (Object.keys(changes).length === 0) onClose()
    else save.mutate(changes)
  }
  const set = (key: keyof Draft) => (value: string) => setDraft({ ...draft, [key]: value })
  return (
    <Dialog title={`Edit ${jobName(job)}`} open onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField label="Tags" value={draft.tags} onChange={set('tags')} description="With commas between them." />
        <TextArea label="Notes" rows={4} maxLength={10_000} value={draft.notes} onChange={set('notes')} />
        <TextField
          label="Priority"
          type="number"
          min={-100}
          max={100}
          step={1}
          required
          value={draft.priority}
          onChange={set('priority')}
          description="Among the jobs of the team, from −100 to 100; the highest first. Of a job that is queued or paused."
        />
        <TextField
          label="Deadline"
          type="datetime-local"
          value={draft.deadline}
          onChange={set('deadline')}
          description="When training ends, with a report on the weights so far. Empty: none."
        />
        <TextField
          label="Maximum device time, minutes"
          type="number"
          min={1}
          value={draft.maxRunMinutes}
          onChange={set('maxRunMinutes')}
          description="Over all attempts. Empty: none."
        />
        <TextField
          label="Maximum wait, minutes"
          type="number"
          min={1}
          value={draft.maxWaitMinutes}
          onChange={set('maxWaitMinutes')}
          description="In the queue, after which the job is given up. Empty: none."
        />
        {save.isError && <ErrorState error={save.error} />}
        <div className="row end">
          <Button onClick={onClose}>Keep as it is</Button>
          <Button type="submit" kind="primary" busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

const draftOf = (job: Job): Draft => ({
  tags: job.tags.join(', '),
  notes: job.notes,
  priority: String(job.priority),
  deadline: job.deadline === null ? '' : localTime(job.deadline),
  maxRunMinutes: minutesOf(job.maxRunSeconds),
  maxWaitMinutes: minutesOf(job.maxWaitSeconds),
})

const minutesOf = (seconds: number | null): string => (seconds === null ? '' : String(seconds / SECONDS))

/** As a field for times takes it: without a zone, where the reader is. */
function localTime(at: string): string {
  const time = new Date(at)
  return new Date(time.getTime() - time.getTimezoneOffset() * MS_PER_MINUTE).toISOString().slice(0, 16)
}

/** Only what is not as it was: a priority can be given to jobs that wait alone. */
function changesOf(job: Job, draft: Draft): Changes {
  const before = draftOf(job)
  const isChanged = (key: keyof Draft): boolean => draft[key] !== before[key]
  const seconds = (minutes: string): number | null => (minutes === '' ? null : Math.round(Number(minutes) * SECONDS))
  return {
    ...(isChanged('tags') ? { tags: tagsOf(draft.tags) } : {}),
    ...(isChanged('notes') ? { notes: draft.notes } : {}),
    ...(isChanged('priority') ? { priority: Number(draft.priority) } : {}),
    ...(isChanged('deadline')
      ? { deadline: draft.deadline === '' ? null : new Date(draft.deadline).toISOString() }
      : {}),
    ...(isChanged('maxRunMinutes') ? { maxRunSeconds: seconds(draft.maxRunMinutes) } : {}),
    ...(isChanged('maxWaitMinutes') ? { maxWaitSeconds: seconds(draft.maxWaitMinutes) } : {}),
  }
}
