import { useState, type SyntheticEvent } from 'react'
import { data } from '../api.ts'
import { QUOTA_KEYS, QUOTA_NAMES, QuotaList } from '../shared/quota-list.tsx'
import { useChange } from '../shared/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import { operatorApi } from './operator.ts'
import { changeOf, typedOf } from './quota-change.ts'
import type { TeamOverview } from './teams.tsx'

/** The limits of a team and its weight; an empty field is the limit of the installation. One function: one form over one state. */
export function QuotaDialog({ team, onClose }: { team: TeamOverview; onClose: () => void }) {
  const [typed, setTyped] = useState(() => typedOf(team))
  const { id, name, limits } = team
  const save = useChange(
    () => data(operatorApi.PATCH('/v1/admin/teams/{id}/quota', { params: { path: { id } }, body: changeOf(typed) })),
    {
      keys: [
        ['admin', 'teams'],
        ['admin', 'queue'],
      ],
      done: `The quota of ${name} has changed.`,
      quiet: true,
    },
  )
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    save.mutate(undefined, { onSuccess: onClose })
  }
  return (
    <Dialog title={`Quota of ${name}`} open wide onClose={onClose}>
      <QuotaList quota={limits} />
      <form className="stack" onSubmit={submit}>
        <div className="field-grid">
          <TextField
            label="Weight"
            type="number"
            required
            min={0.01}
            max={1000}
            step="any"
            value={typed.weight}
            onChange={(weight) => setTyped((before) => ({ ...before, weight }))}
          />
          {QUOTA_KEYS.map((key) => (
            <TextField
              key={key}
              label={QUOTA_NAMES[key]}
              type="number"
              min={0}
              step={1}
              placeholder="as the installation"
              value={typed.limits[key] ?? ''}
              onChange={(value) => setTyped((before) => ({ ...before, limits: { ...before.limits, [key]: value } }))}
            />
          ))}
        </div>
        <p className="faint small">
          The weight is its part of device time, compared with 1 of other teams. Without a number, the limit of the
          installation holds.
        </p>
        {save.isError && <ErrorState error={save.error} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
