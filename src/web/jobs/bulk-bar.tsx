import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { counted } from '../format.ts'
import { jobName, type JobSummary } from '../shared/jobs.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { useToast } from '../ui/toast.tsx'
import { batch, BULK, countFor, type BulkAction, type BulkResult } from './bulk.ts'
import { BulkResults } from './bulk-results.tsx'
import { BulkTags } from './bulk-tags.tsx'

const MAX_COMPARED = 20
const ACTIONS = ['pause', 'resume', 'stop', 'cancel', 'retry', 'delete'] as const
type Asked = (typeof ACTIONS)[number]

interface BulkBarProps {
  jobs: readonly JobSummary[]
  onClear: () => void
}

/** What can be done with the chosen jobs; each gets its own result. One function: a list of actions over one selection. */
export function BulkBar({ jobs, onClear }: BulkBarProps) {
  const queries = useQueryClient()
  const toast = useToast()
  const [asked, setAsked] = useState<Asked>()
  const [tagging, setTagging] = useState<'tag' | 'untag'>()
  const [results, setResults] = useState<readonly BulkResult[]>([])
  const run = async (action: BulkAction, tags?: string[]): Promise<void> => {
    const done = await batch(
      action,
      jobs.map(({ id }) => id),
      tags,
    )
    await queries.invalidateQueries({ queryKey: ['jobs'] })
    if (done.some(({ error }) => error !== null)) setResults(done)
    else toast.done(`Done with ${counted(done.length, 'job')}: ${action}.`)
  }
  const choose = (action: Asked): void => {
    if (BULK[action].question === undefined) void run(action).catch(toast.error)
    else setAsked(action)
  }
  const text = asked === undefined ? undefined : BULK[asked]
  const names = new Map(jobs.map((job) => [job.id, jobName(job)]))
  return (
    <div className="jobs-bulk" role="group" aria-label="Chosen jobs">
      <strong>{counted(jobs.length, 'job')} chosen</strong>
      {jobs.length > 1 && jobs.length <= MAX_COMPARED && (
        <ButtonLink kind="primary" to="/compare" search={{ jobs: jobs.map(({ id }) => id).join(',') }}>
          Compare
        </ButtonLink>
      )}
      {jobs.length > MAX_COMPARED && <span className="faint">At most {MAX_COMPARED} can be compared.</span>}
      <Menu label="Actions">
        {ACTIONS.map((action) => (
          <MenuItem
            key={action}
            danger={BULK[action].danger ?? false}
            disabled={countFor(action, jobs) === 0}
            onClick={() => choose(action)}
          >
            {BULK[action].name} ({countFor(action, jobs)})
          </MenuItem>
        ))}
        <MenuItem onClick={() => setTagging('tag')}>Add tags…</MenuItem>
        <MenuItem onClick={() => setTagging('untag')}>Remove tags…</MenuItem>
      </Menu>
      <Button onClick={onClear}>Choose none</Button>
      <ConfirmDialog
        title={`${text?.name ?? ''} ${counted(jobs.length, 'job')}?`}
        confirm={`${text?.name ?? ''} the jobs`}
        danger={text?.danger ?? false}
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        onConfirm={async () => {
          if (asked !== undefined) await run(asked)
        }}
      >
        <p>{text?.question}</p>
      </ConfirmDialog>
      {tagging !== undefined && (
        <BulkTags
          action={tagging}
          jobs={jobs}
          onApply={(tags) => run(tagging, tags)}
          onClose={() => setTagging(undefined)}
        />
      )}
      <BulkResults results={results} names={names} onClose={() => setResults([])} />
    </div>
  )
}
