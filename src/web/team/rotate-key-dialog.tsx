import { useState, type SyntheticEvent } from 'react'
import { useChange } from '../shared/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import type { ApiKey, KeyCalls } from './key-calls.ts'
import { ShownSecret } from '../shared/shown-secret.tsx'

const MAX_OVERLAP_HOURS = 720

/** Another key in the place of one; both work for a while, so that programs can be changed over. */
export function RotateKeyDialog({ calls, of, onClose }: { calls: KeyCalls; of: ApiKey; onClose: () => void }) {
  const [hours, setHours] = useState('24')
  const rotate = useChange(() => calls.rotate(of.id, { overlapHours: Number(hours) }), {
    keys: [['team']],
    quiet: true,
  })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    rotate.mutate()
  }
  return (
    <Dialog title={`Rotate ${of.name}`} open onClose={onClose}>
      {rotate.data === undefined ? (
        <form className="stack" onSubmit={submit}>
          <p>Makes another key with the same name and scopes. The old one works until the overlap is over.</p>
          <TextField
            label="Overlap, hours"
            type="number"
            required
            min={0}
            max={MAX_OVERLAP_HOURS}
            step="any"
            value={hours}
            onChange={setHours}
            description="0: the old key is revoked at once."
          />
          {rotate.isError && <ErrorState error={rotate.error} />}
          <div className="row end">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="primary" busy={rotate.isPending}>
              Rotate
            </Button>
          </div>
        </form>
      ) : (
        <ShownSecret what="The new API key" secret={rotate.data.secret} onClose={onClose} />
      )}
    </Dialog>
  )
}
