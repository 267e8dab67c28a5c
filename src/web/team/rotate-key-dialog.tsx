import type { ApiKey, KeyCalls } from './key-calls.ts'
import { RotateDialog } from './rotate-dialog.tsx'

const MAX_OVERLAP_HOURS = 720

/** Another key in the place of one. */
export function RotateKeyDialog({ calls, of, onClose }: { calls: KeyCalls; of: ApiKey; onClose: () => void }) {
  return (
    <RotateDialog
      title={`Rotate ${of.name}`}
      intro="Makes another key with the same name and scopes. The old one works until the overlap is over."
      description="0: the old key is revoked at once."
      maxHours={MAX_OVERLAP_HOURS}
      what="The new API key"
      rotate={(overlapHours) => calls.rotate(of.id, { overlapHours })}
      changes={['team']}
      onClose={onClose}
    />
  )
}
