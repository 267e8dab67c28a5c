import { useState, type SyntheticEvent } from 'react'
import { api, data } from '../api.ts'
import { useChange } from '../shared/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import { ShownSecret } from '../shared/shown-secret.tsx'
import type { Webhook } from './webhook-events.ts'

const HOUR = 3600

/** Another secret for what a webhook sends; the one before signs too, for a while. */
export function RotateSecret({ webhook: { id }, onClose }: { webhook: Webhook; onClose: () => void }) {
  const [hours, setHours] = useState('24')
  const rotate = useChange(
    () =>
      data(
        api.POST('/v1/webhooks/{id}/rotate-secret', {
          params: { path: { id } },
          body: { overlapSeconds: Math.round(Number(hours) * HOUR) },
        }),
      ),
    { keys: [['team', 'webhooks']], quiet: true },
  )
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    rotate.mutate()
  }
  return (
    <Dialog title="Rotate the secret" open onClose={onClose}>
      {rotate.data !== undefined ? (
        <ShownSecret what="The new secret" secret={rotate.data.secret} onClose={onClose} />
      ) : (
        <form className="stack" onSubmit={submit}>
          <TextField
            label="Overlap, hours"
            type="number"
            required
            min={0}
            step="any"
            value={hours}
            onChange={setHours}
            description="How long messages are signed with the old secret too."
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
