import { useState, type SyntheticEvent } from 'react'
import { api, data } from '../api.ts'
import { useChange } from '../shared/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import { Choices } from './choices.tsx'
import { ShownSecret } from '../shared/shown-secret.tsx'
import { FORMATS, WEBHOOK_EVENTS, type Webhook } from './webhook-events.ts'

const EVENTS = WEBHOOK_EVENTS.map((value) => ({ value, label: value }))

/** Makes a webhook, or changes one. */
export function WebhookDialog({ webhook, onClose }: { webhook?: Webhook; onClose: () => void }) {
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [description, setDescription] = useState(webhook?.description ?? '')
  const [format, setFormat] = useState<Webhook['format']>(webhook?.format ?? 'standard')
  const [chosen, setChosen] = useState<string[]>(webhook?.events ?? [])
  const events = WEBHOOK_EVENTS.filter((event) => chosen.includes(event))
  const save = useChange(
    async (): Promise<{ secret?: string }> => {
      const body = { url: url.trim(), description, format, events }
      if (webhook === undefined) return data(api.POST('/v1/webhooks', { body }))
      await data(api.PATCH('/v1/webhooks/{id}', { params: { path: { id: webhook.id } }, body }))
      return {}
    },
    { keys: [['team', 'webhooks']], quiet: true },
  )
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    save.mutate(undefined, { onSuccess: ({ secret }) => secret === undefined && onClose() })
  }
  const secret = save.data?.secret
  return (
    <Dialog title={webhook === undefined ? 'New webhook' : 'Change the webhook'} open onClose={onClose}>
      {secret !== undefined ? (
        <ShownSecret what="The secret of the webhook" secret={secret} onClose={onClose} />
      ) : (
        <form className="stack" onSubmit={submit}>
          <TextField label="Address" type="url" required maxLength={2000} value={url} onChange={setUrl} />
          <TextField label="Description" maxLength={200} value={description} onChange={setDescription} />
          <SelectField
            label="Format"
            value={format}
            options={FORMATS}
            onChange={(value) => setFormat(FORMATS.find((known) => known.value === value)?.value ?? format)}
          />
          <Choices label="Events; all where none is chosen" options={EVENTS} value={chosen} onChange={setChosen} />
          {save.isError && <ErrorState error={save.error} />}
          <div className="row end">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="primary" busy={save.isPending}>
              {webhook === undefined ? 'Create' : 'Change'}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
