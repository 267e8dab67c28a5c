import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { Ellipsis, Link2 } from 'lucide-react'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { ACTION_NAMES, CONSEQUENCES, isEnded, jobName, mayBe, type Job, type JobAction } from '../shared/jobs.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { copyText } from '../ui/copy-button.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { useToast } from '../ui/toast.tsx'
import { EditDialog } from './edit-dialog.tsx'

const DIRECT: readonly JobAction[] = ['pause', 'resume', 'retry']
const ASKED: readonly JobAction[] = ['stop', 'cancel']
type Question = 'stop' | 'cancel' | 'delete'

const request = (id: string, action: JobAction): Promise<Job> => {
  const params = { params: { path: { id } } }
  switch (action) {
    case 'pause':
      return data(api.POST('/v1/jobs/{id}/pause', params))
    case 'resume':
      return data(api.POST('/v1/jobs/{id}/resume', params))
    case 'retry':
      return data(api.POST('/v1/jobs/{id}/retry', params))
    case 'stop':
      return data(api.POST('/v1/jobs/{id}/stop', params))
    case 'cancel':
      return data(api.POST('/v1/jobs/{id}/cancel', params))
  }
}

export function JobActions({ job }: { job: Job }) {
  const queries = useQueryClient()
  const toast = useToast()
  const [question, setQuestion] = useState<Question>()
  const [isEdited, setEdited] = useState(false)
  const act = useMutation({
    mutationFn: (action: JobAction) => request(job.id, action),
    onSuccess: (changed) => {
      queries.setQueryData(['jobs', job.id], changed)
      return queries.invalidateQueries({ queryKey: ['jobs'] })
    },
  })
  const now = (action: JobAction): void => act.mutate(action, { onError: toast.error })
  const share = (): void =>
    void copyText(window.location.href).then(() => toast.done('The link is copied. Members of the team can open it.'))
  return (
    <>
      {DIRECT.filter((action) => mayBe(action, job.state)).map((action) => (
        <Button
          key={action}
          title={CONSEQUENCES[action]}
          busy={act.isPending && act.variables === action}
          onClick={() => now(action)}
        >
          {ACTION_NAMES[action]}
        </Button>
      ))}
      {ASKED.filter((action) => mayBe(action, job.state)).map((action) => (
        <Button
          key={action}
          kind={action === 'cancel' ? 'danger' : 'plain'}
          title={CONSEQUENCES[action]}
          onClick={() => setQuestion(action === 'stop' ? 'stop' : 'cancel')}
        >
          {ACTION_NAMES[action]}
        </Button>
      ))}
      <IconButton label="Copy the link to this job" icon={<Link2 aria-hidden />} onClick={share} />
      <MoreMenu job={job} onEdit={() => setEdited(true)} onDelete={() => setQuestion('delete')} />
      <Questions job={job} question={question} act={act.mutateAsync} onClose={() => setQuestion(undefined)} />
      {isEdited && <EditDialog job={job} onClose={() => setEdited(false)} />}
    </>
  )
}

function MoreMenu({ job, onEdit, onDelete }: { job: Job; onEdit: () => void; onDelete: () => void }) {
  const router = useRouter()
  return (
    <Menu label="More" icon={<Ellipsis aria-hidden />}>
      <MenuItem onClick={onEdit}>Edit tags, notes and limits…</MenuItem>
      <MenuItem onClick={() => router.history.push(`/new-job?fork=${job.id}`)}>Fork…</MenuItem>
      <MenuItem onClick={() => router.history.push(`/compare?jobs=${job.id}`)}>Compare with other jobs</MenuItem>
      <MenuItem danger disabled={!isEnded(job)} onClick={onDelete}>
        Delete…
      </MenuItem>
    </Menu>
  )
}

interface QuestionsProps {
  job: Job
  question: Question | undefined
  act: (action: JobAction) => Promise<unknown>
  onClose: () => void
}

/** Before a job is ended or deleted: what that keeps, and what it does not. */
function Questions({ job, question, act, onClose }: QuestionsProps) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const toast = useToast()
  const remove = async (): Promise<void> => {
    await data(api.DELETE('/v1/jobs/{id}', { params: { path: { id: job.id } } }))
    toast.done(`${jobName(job)} is in the trash.`)
    await navigate({ to: '/jobs' })
    queries.removeQueries({ queryKey: ['jobs', job.id] })
    await queries.invalidateQueries({ queryKey: ['jobs', 'list'] })
  }
  const name = jobName(job)
  return (
    <>
      <ConfirmDialog
        title={`Stop ${name}?`}
        confirm="Stop the job"
        open={question === 'stop'}
        onClose={onClose}
        onConfirm={() => act('stop')}
      >
        <p>{CONSEQUENCES.stop}</p>
        <p className="faint">To end it without a report, cancel it instead.</p>
      </ConfirmDialog>
      <ConfirmDialog
        title={`Cancel ${name}?`}
        confirm="Cancel the job"
        danger
        open={question === 'cancel'}
        onClose={onClose}
        onConfirm={() => act('cancel')}
      >
        <p>{CONSEQUENCES.cancel}</p>
        {mayBe('stop', job.state) && (
          <p className="faint">To keep the weights so far, with a report, stop it instead.</p>
        )}
      </ConfirmDialog>
      <ConfirmDialog
        title={`Delete ${name}?`}
        confirm="Delete the job"
        danger
        open={question === 'delete'}
        onClose={onClose}
        onConfirm={remove}
      >
        <p>
          The job goes to the trash with its metrics, checkpoints, artifacts and report. It can be restored from there
          until the trash is emptied.
        </p>
      </ConfirmDialog>
    </>
  )
}
