import { useState } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { Listed } from '../shared/listed.tsx'
import { useChange } from '../shared/use-change.ts'
import { usePages } from '../shared/use-pages.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField } from '../ui/field.tsx'
import { EmptyState } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import type { Webhook } from './webhook-events.ts'

type Delivery = components['schemas']['WebhookDelivery']

const STATES = [
  { value: '', label: 'All' },
  { value: 'pending', label: 'Pending' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'failed', label: 'Failed' },
] as const
const TONES: Readonly<Record<Delivery['state'], Tone>> = { pending: 'active', delivered: 'good', failed: 'bad' }

/** Messages to a webhook, and what became of them. */
export function Deliveries({ webhook: { id }, onClose }: { webhook: Webhook; onClose: () => void }) {
  const [state, setState] = useState<(typeof STATES)[number]['value']>('')
  const query = { limit: 50, ...(state === '' ? {} : { state }) }
  const pages = usePages<Delivery>(
    ['team', 'webhooks', id, state],
    (cursor, signal) =>
      data(
        api.GET('/v1/webhooks/{id}/deliveries', { params: { path: { id }, query: { ...query, ...cursor } }, signal }),
      ),
    { refetchMs: 3000 },
  )
  return (
    <Dialog title="Messages" open wide onClose={onClose}>
      <div className="field-grid">
        <SelectField
          label="State"
          value={state}
          options={STATES}
          onChange={(value) => setState(STATES.find((known) => known.value === value)?.value ?? '')}
        />
      </div>
      <Listed
        pages={pages}
        noun="messages"
        empty={<EmptyState title="No message yet.">Send a test message to see whether the address answers.</EmptyState>}
      >
        {(rows) => <DataTable caption="Messages, newest first" columns={COLUMNS} rows={rows} rowId={(row) => row.id} />}
      </Listed>
    </Dialog>
  )
}

const COLUMNS: readonly Column<Delivery>[] = [
  { id: 'at', header: 'When', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'type', header: 'Event', cell: ({ type }) => <code>{type}</code> },
  { id: 'state', header: 'State', cell: ({ state }) => <Badge tone={TONES[state]}>{state}</Badge> },
  { id: 'attempts', header: 'Tries', align: 'number', cell: ({ attempts }) => attempts },
  {
    id: 'answer',
    header: 'Last answer',
    cell: ({ status, error, answer }) => (
      <span className="break">
        {[status, error, answer].filter((part) => part !== null && part !== '').join(' · ')}
      </span>
    ),
  },
  { id: 'actions', header: 'Actions', cell: (delivery) => <SendAgain delivery={delivery} /> },
]

function SendAgain({ delivery: { id: delivery, webhook: id, state, type } }: { delivery: Delivery }) {
  const path = { id, delivery }
  const again = useChange(
    () => data(api.POST('/v1/webhooks/{id}/deliveries/{delivery}/redeliver', { params: { path } })),
    { keys: [['team', 'webhooks', id]], done: 'The message is sent again.' },
  )
  if (state === 'pending') return null
  return (
    <Button size="small" aria-label={`Send ${type} again`} busy={again.isPending} onClick={() => again.mutate()}>
      Send again
    </Button>
  )
}
