import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { api, data } from '../api.ts'
import { percent } from '../format.ts'
import { jobName, type Job } from '../shared/jobs.ts'
import { StateBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { MAX_RUNS } from './search.ts'

const FOUND = 50

interface RunChoiceProps {
  ids: readonly string[]
  jobs: readonly Job[]
  onChange: (ids: string[]) => void
}

/** The runs that are compared, and a list of all to choose others from. */
export function RunChoice({ ids, jobs, onChange }: RunChoiceProps) {
  const [isOpen, setOpen] = useState(false)
  const name = (id: string): string => jobName(jobs.find((job) => job.id === id) ?? { id, name: '' })
  return (
    <Card title="Runs" actions={<AddButton count={ids.length} onClick={() => setOpen(true)} />}>
      <ul className="plain row">
        {ids.map((id) => (
          <li key={id} className="compare-run">
            <Button size="small" aria-label={`Leave out ${name(id)}`} onClick={() => onChange(without(ids, id))}>
              <span className="clip">{name(id)}</span>
              <X aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
      {isOpen && <ChoiceDialog ids={ids} onChange={onChange} onClose={() => setOpen(false)} />}
    </Card>
  )
}

const without = (ids: readonly string[], id: string): string[] => ids.filter((each) => each !== id)

function AddButton({ count, onClick }: { count: number; onClick: () => void }) {
  return (
    <>
      <span className="faint small">
        {count} of at most {MAX_RUNS}
      </span>
      <Button size="small" onClick={onClick}>
        <Plus aria-hidden />
        Choose runs
      </Button>
    </>
  )
}

interface ChoiceDialogProps {
  ids: readonly string[]
  onChange: (ids: string[]) => void
  onClose: () => void
}

function ChoiceDialog({ ids, onChange, onClose }: ChoiceDialogProps) {
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const found = useQuery({
    queryKey: ['jobs', 'choice', search],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const query = { limit: FOUND, ...(search === '' ? {} : { search }) }
      return data(api.GET('/v1/jobs', { params: { query }, signal }))
    },
  })
  const toggle = (id: string, isChosen: boolean): void => onChange(isChosen ? [...ids, id] : without(ids, id))
  return (
    <Dialog title="Choose runs" open onClose={onClose} wide>
      <TextField
        label="Search"
        type="search"
        placeholder="Name, id, tag or note"
        maxLength={200}
        value={text}
        onChange={setText}
      />
      {found.isPending && <Loading />}
      {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.data.length === 0 && <EmptyState title="No job matches." />}
      <ul className="plain compare-choice">
        {found.data?.data.map((job) => (
          <li key={job.id}>
            <label className="checkbox">
              <input
                type="checkbox"
                checked={ids.includes(job.id)}
                disabled={!ids.includes(job.id) && ids.length >= MAX_RUNS}
                onChange={({ currentTarget }) => toggle(job.id, currentTarget.checked)}
              />
              <span className="break">{jobName(job)}</span>
              <StateBadge state={job.state} />
              <span className="faint small">
                {job.accuracy !== null && `${percent(job.accuracy)}, `}
                {job.datasetName}, <Time at={job.createdAt} />
              </span>
            </label>
          </li>
        ))}
      </ul>
      <div className="row end">
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}
