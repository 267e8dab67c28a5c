import { useState, type SyntheticEvent } from 'react'
import { api, data } from '../api.ts'
import { useChange } from '../shared/use-change.ts'
import { useTeam } from '../shared/use-team.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox, TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import { Choices } from './choices.tsx'
import { RetentionPreview } from './retention-preview.tsx'
import { ENDED, KINDS, policyOf, typedOf, type RetentionPolicy, type TypedRules } from './retention-rules.ts'

const named = (values: readonly string[]) => values.map((value) => ({ value, label: value }))

export function RetentionForm({ rules }: { rules: RetentionPolicy }) {
  const { may } = useTeam()
  const [typed, setTyped] = useState(() => typedOf(rules))
  const [previewed, setPreviewed] = useState<RetentionPolicy>()
  const isCurrent = JSON.stringify(previewed) === JSON.stringify(policyOf(typed))
  const set = (fields: Partial<TypedRules>): void => setTyped((before) => ({ ...before, ...fields }))
  const save = useChange(() => data(api.PUT('/v1/team/retention', { body: policyOf(typed) })), {
    keys: [['team', 'retention']],
    done: 'The rules are set.',
    quiet: true,
  })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form className="stack" onSubmit={submit}>
      <CheckpointFields typed={typed} set={set} />
      <JobFields typed={typed} set={set} />
      <TextField
        label="Tags of jobs that are kept"
        value={typed.keepTags}
        onChange={(keepTags) => set({ keepTags })}
        description="With commas between them."
      />
      {save.isError && <ErrorState error={save.error} />}
      <div className="row">
        <Button onClick={() => setPreviewed(policyOf(typed))}>Preview</Button>
        {may('admin') && (
          <Button type="submit" kind="primary" busy={save.isPending}>
            Set the rules
          </Button>
        )}
      </div>
      {!may('admin') && <p className="faint">Owners of the team set the rules.</p>}
      {previewed !== undefined && isCurrent && <RetentionPreview rules={previewed} />}
    </form>
  )
}

interface FieldsProps {
  typed: TypedRules
  set: (fields: Partial<TypedRules>) => void
}

function CheckpointFields({ typed, set }: FieldsProps) {
  return (
    <div className="team-rule">
      <Checkbox
        label="Delete checkpoints of ended jobs"
        checked={typed.checkpoints}
        onChange={(checkpoints) => set({ checkpoints })}
      />
      {typed.checkpoints && (
        <>
          <TextField
            label="Days after the end of the job"
            type="number"
            required
            min={0}
            max={3650}
            step="any"
            value={typed.checkpointDays}
            onChange={(checkpointDays) => set({ checkpointDays })}
          />
          <Choices
            label="Kinds of which the newest is kept"
            options={named(KINDS)}
            value={typed.keep}
            onChange={(keep) => set({ keep })}
          />
        </>
      )}
    </div>
  )
}

function JobFields({ typed, set }: FieldsProps) {
  return (
    <div className="team-rule">
      <Checkbox label="Delete ended jobs" checked={typed.jobs} onChange={(jobs) => set({ jobs })} />
      {typed.jobs && (
        <>
          <TextField
            label="Days after the end"
            type="number"
            required
            min={0}
            max={3650}
            step="any"
            value={typed.jobDays}
            onChange={(jobDays) => set({ jobDays })}
          />
          <Choices label="States" options={named(ENDED)} value={typed.states} onChange={(states) => set({ states })} />
          <TextField
            label="Newest jobs that are kept"
            type="number"
            required
            min={0}
            max={1_000_000}
            value={typed.keepNewest}
            onChange={(keepNewest) => set({ keepNewest })}
          />
        </>
      )}
    </div>
  )
}
