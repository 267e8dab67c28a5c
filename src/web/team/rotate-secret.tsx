import { api, data } from '../api.ts'
import { RotateDialog } from './rotate-dialog.tsx'
import type { Webhook } from './webhook-events.ts'

const HOUR = 3600

/** Another secret for what a webhook sends; the one before signs too, for a while. */
export function RotateSecret({ webhook: { id }, onClose }: { webhook: Webhook; onClose: () => void }) {
  const rotate = (overlapHours: number) =>
    data(
      api.POST('/v1/webhooks/{id}/rotate-secret', {
        params: { path: { id } },
        body: { overlapSeconds: Math.round(overlapHours * HOUR) },
      }),
    )
  return (
    <RotateDialog
      title="Rotate the secret"
      description="How long messages are signed with the old secret too."
      what="The new secret"
      rotate={rotate}
      changes={['team', 'webhooks']}
      onClose={onClose}
    />
  )
}
