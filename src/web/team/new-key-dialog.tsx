import { useState, type SyntheticEvent } from 'react'
import { useChange } from '../shared/use-change.ts'
import { useTeam } from '../shared/use-team.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import { Choices } from './choices.tsx'
import { ExpiryField, expiryOf } from './expiry-field.tsx'
import type { KeyCalls } from './key-calls.ts'
import { SCOPES } from './roles.ts'
import { ShownSecret } from '../shared/shown-secret.tsx'

export function NewKeyDialog({ calls, onClose }: { calls: KeyCalls; onClose: () => void }) {
  const { team } = useTeam()
  const allowed = team?.scopes ?? []
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<string[]>(
    ['read', 'write'].filter((scope) => allowed.some((each) => each === scope)),
  )
  const [days, setDays] = useState('')
  const scopes = SCOPES.map(({ value }) => value).filter((scope) => chosen.includes(scope))
  const create = useChange(() => calls.create({ name: name.trim(), scopes, ...expiryOf(days) }), {
    keys: [['team']],
    quiet: true,
  })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    create.mutate()
  }
  if (create.data !== undefined)
    return (
      <Dialog title={`The key ${create.data.name}`} open onClose={onClose}>
        <ShownSecret what="The new API key" secret={create.data.secret} onClose={onClose} />
      </Dialog>
    )
  return (
    <Dialog title="New API key" open onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Name"
          required
          maxLength={200}
          value={name}
          onChange={setName}
          description="What uses it, such as the name of a program or a machine."
        />
        <Choices label="Scopes" options={SCOPES} allowed={allowed} value={chosen} onChange={setChosen} />
        <ExpiryField value={days} onChange={setDays} />
        {create.isError && <ErrorState error={create.error} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={create.isPending} disabled={scopes.length === 0}>
            Create
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
