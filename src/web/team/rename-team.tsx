import { useState, type SyntheticEvent } from 'react'
import { api, data } from '../api.ts'
import { useChange } from '../shared/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'

export function RenameTeam({ name: before, onClose }: { name: string; onClose: () => void }) {
  const [name, setName] = useState(before)
  const rename = useChange(() => data(api.PATCH('/v1/team', { body: { name } })), {
    keys: [['session']],
    done: 'The team has another name.',
    quiet: true,
  })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    rename.mutate(undefined, { onSuccess: onClose })
  }
  return (
    <Dialog title="Rename the team" open onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField label="Name" required maxLength={200} value={name} onChange={setName} />
        {rename.isError && <ErrorState error={rename.error} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={rename.isPending}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
