import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { Listed } from '../shared/listed.tsx'
import { useChange } from '../shared/use-change.ts'
import { usePages } from '../shared/use-pages.ts'
import { useTeam } from '../shared/use-team.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { Menu, MenuGroup, MenuItem } from '../ui/menu.tsx'
import { EmptyState } from '../ui/states.tsx'
import { Deliveries } from './deliveries.tsx'
import { NeedsAdmin } from './needs-scope.tsx'
import { RotateSecret } from './rotate-secret.tsx'
import { WebhookDialog } from './webhook-dialog.tsx'
import type { Webhook } from './webhook-events.ts'

type Doing = { what: 'create' } | { what: 'edit' | 'rotate' | 'delete' | 'deliveries'; webhook: Webhook }

/** Addresses that are told of events. */
export function Webhooks() {
  const { may } = useTeam()
  const queries = useQueryClient()
  const [doing, setDoing] = useState<Doing>()
  const pages = usePages<Webhook>(
    ['team', 'webhooks'],
    (cursor, signal) => data(api.GET('/v1/webhooks', { params: { query: { limit: 100, ...cursor } }, signal })),
    { enabled: may('admin') },
  )
  const close = (): void => setDoing(undefined)
  const remove = async (id: string): Promise<void> => {
    await data(api.DELETE('/v1/webhooks/{id}', { params: { path: { id } } }))
    await queries.invalidateQueries({ queryKey: ['team', 'webhooks'] })
  }
  if (!may('admin')) return <NeedsAdmin what="Webhooks are" />
  const create = (
    <Button kind="primary" onClick={() => setDoing({ what: 'create' })}>
      New webhook
    </Button>
  )
  return (
    <Card title="Webhooks" actions={create}>
      <Listed
        pages={pages}
        noun="webhooks"
        empty={
          <EmptyState title="No address is told of anything." action={create}>
            A webhook tells a program or a channel when jobs, data sets and sweeps end.
          </EmptyState>
        }
      >
        {(rows) => (
          <DataTable
            caption="Addresses that are told of events"
            columns={[...COLUMNS, actions(setDoing)]}
            rows={rows}
            rowId={({ id }) => id}
          />
        )}
      </Listed>
      {doing?.what === 'create' && <WebhookDialog onClose={close} />}
      {doing?.what === 'edit' && <WebhookDialog webhook={doing.webhook} onClose={close} />}
      {doing?.what === 'rotate' && <RotateSecret webhook={doing.webhook} onClose={close} />}
      {doing?.what === 'deliveries' && <Deliveries webhook={doing.webhook} onClose={close} />}
      <ConfirmDialog
        title="Delete the webhook?"
        confirm="Delete"
        danger
        open={doing?.what === 'delete'}
        onClose={close}
        onConfirm={() => remove(doing?.what === 'delete' ? doing.webhook.id : '')}
      >
        {doing?.what === 'delete' && <span className="break">{doing.webhook.url}</span>} is told of nothing any more,
        and the list of its messages is deleted.
      </ConfirmDialog>
    </Card>
  )
}

const COLUMNS: readonly Column<Webhook>[] = [
  {
    id: 'url',
    header: 'Address',
    value: ({ url }) => url,
    cell: ({ url, description }) => (
      <div className="team-cell">
        <span className="break">{url}</span>
        {description !== '' && <div className="faint break">{description}</div>}
      </div>
    ),
  },
  { id: 'events', header: 'Events', cell: ({ events }) => (events.length === 0 ? 'all' : events.join(', ')) },
  { id: 'state', header: 'State', cell: (webhook) => <State webhook={webhook} /> },
]

function State({ webhook: { enabled, disabledReason, failingSince } }: { webhook: Webhook }) {
  if (!enabled)
    return (
      <>
        <Badge>disabled</Badge> <span className="faint">{disabledReason}</span>
      </>
    )
  return failingSince === null ? <Badge tone="good">enabled</Badge> : <Badge tone="bad">failing</Badge>
}

const actions = (start: (doing: Doing) => void): Column<Webhook> => ({
  id: 'actions',
  header: 'Actions',
  cell: (webhook) => <Actions webhook={webhook} start={start} />,
})

function Actions({ webhook, start }: { webhook: Webhook; start: (doing: Doing) => void }) {
  const { id, url, enabled } = webhook
  const path = { id }
  const keys = [['team', 'webhooks']]
  const test = useChange(() => data(api.POST('/v1/webhooks/{id}/test', { params: { path } })), {
    keys,
    done: 'A test message is on its way; look at the messages for what becomes of it.',
  })
  const toggle = useChange(
    () => data(api.PATCH('/v1/webhooks/{id}', { params: { path }, body: { enabled: !enabled } })),
    { keys, done: enabled ? 'The webhook is disabled.' : 'The webhook is enabled.' },
  )
  return (
    <div className="row">
      <Button
        size="small"
        aria-label={`Messages to ${url}`}
        onClick={() => start({ what: 'deliveries', webhook })}
        children="Messages"
      />
      <Menu label="More" size="small">
        <MenuGroup>
          <MenuItem onClick={() => test.mutate()}>Send a test message</MenuItem>
          <MenuItem onClick={() => start({ what: 'edit', webhook })}>Change</MenuItem>
          <MenuItem onClick={() => toggle.mutate()}>{enabled ? 'Disable' : 'Enable'}</MenuItem>
          <MenuItem onClick={() => start({ what: 'rotate', webhook })}>Rotate the secret</MenuItem>
        </MenuGroup>
        <MenuGroup>
          <MenuItem danger onClick={() => start({ what: 'delete', webhook })}>
            Delete
          </MenuItem>
        </MenuGroup>
      </Menu>
    </div>
  )
}
