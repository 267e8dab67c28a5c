import { useState, type SyntheticEvent } from 'react'
import { data } from '../api.ts'
import { ShownSecret } from '../shared/shown-secret.tsx'
import { useChange } from '../shared/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import { operatorApi } from './operator.ts'

export function NewTeamDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [owner, setOwner] = useState('')
  const create = useChange(
    () => {
      const email = owner.trim()
      const body = { name: name.trim(), ...(email === '' ? {} : { owner: email }) }
      return data(operatorApi.POST('/v1/admin/teams', { body }))
    },
    { keys: [['admin', 'teams']], quiet: true },
  )
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <Dialog title={create.data?.name ?? 'New team'} open onClose={onClose}>
      {create.data !== undefined ? (
        <>
          <p>The team is made. This is its first API key, with all scopes:</p>
          <ShownSecret what="The first API key of the team" secret={create.data.secret} onClose={onClose} />
        </>
      ) : (
        <form className="stack" onSubmit={submit}>
          <TextField label="Name" required maxLength={200} value={name} onChange={setName} />
          <TextField
            label="Email of its first owner"
            type="email"
            maxLength={254}
            value={owner}
            onChange={setOwner}
            description="Optional, for people who sign in with your organisation."
          />
          {create.isError && <ErrorState error={create.error} />}
          <div className="row end">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="primary" busy={create.isPending}>
              Create
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
