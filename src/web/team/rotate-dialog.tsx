import type { QueryKey } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { ShownSecret } from '../shared/shown-secret.tsx'
import { useChange } from '../shared/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'

interface RotateDialogProps {
  title: string
  intro?: string
  /** What the overlap is, and what none means. */
  description: string
  maxHours?: number
  /** What is shown at the end, once: `The new API key`. */
  what: string
  rotate: (overlapHours: number) => Promise<{ secret: string }>
  /** What is read again. */
  changes: QueryKey
  onClose: () => void
}

/** Another secret in the place of one; both work for a while, so that programs can be changed over. */
export function RotateDialog({ title, intro, description, maxHours, what, onClose, ...action }: RotateDialogProps) {
  const [hours, setHours] = useState('24')
  const rotate = useChange(() => action.rotate(Number(hours)), { keys: [action.changes], quiet: true })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    rotate.mutate()
  }
  return (
    <Dialog title={title} open onClose={onClose}>
      {rotate.data !== undefined ? (
        <ShownSecret what={what} secret={rotate.data.secret} onClose={onClose} />
      ) : (
        <form className="stack" onSubmit={submit}>
          {intro !== undefined && <p>{intro}</p>}
          <TextField
            label="Overlap, hours"
            type="number"
            required
            min={0}
            max={maxHours}
            step="any"
            value={hours}
            onChange={setHours}
            description={description}
          />
          {rotate.isError && <ErrorState error={rotate.error} />}
          <div className="row end">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="primary" busy={rotate.isPending}>
              Rotate
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
