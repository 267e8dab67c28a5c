import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Listed } from '../shared/listed.tsx'
import { usePages } from '../shared/use-pages.ts'
import { useTeam } from '../shared/use-team.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import type { ApiKey, KeyCalls } from './key-calls.ts'
import { NewKeyDialog } from './new-key-dialog.tsx'
import { RotateKeyDialog } from './rotate-key-dialog.tsx'

type Doing = { what: 'create' } | { what: 'rotate' | 'revoke'; key: ApiKey }

export function Keys({ title, intro, calls }: { title: string; intro: string; calls: KeyCalls }) {
  const queries = useQueryClient()
  const { session } = useTeam()
  const [doing, setDoing] = useState<Doing>()
  const pages = usePages<ApiKey>(calls.queryKey, calls.list)
  const close = (): void => setDoing(undefined)
  const create = (
    <Button kind="primary" onClick={() => setDoing({ what: 'create' })}>
      New key
    </Button>
  )
  const revoke = async (id: string): Promise<void> => {
    await calls.revoke(id)
    await queries.invalidateQueries({ queryKey: ['team'] })
  }
  const own = session?.key?.id
  return (
    <Card title={title} actions={create}>
      <p className="faint">{intro}</p>
      <Listed pages={pages} noun="keys" empty={<EmptyState title="There is no key yet." action={create} />}>
        {(rows) => (
          <DataTable
            caption={`${title}, newest first`}
            columns={[name(own), ...COLUMNS, actions(setDoing)]}
            rows={rows}
            rowId={({ id }) => id}
          />
        )}
      </Listed>
      {doing?.what === 'create' && <NewKeyDialog calls={calls} onClose={close} />}
      {doing?.what === 'rotate' && <RotateKeyDialog calls={calls} of={doing.key} onClose={close} />}
      <ConfirmDialog
        title={`Revoke ${doing?.what === 'revoke' ? doing.key.name : ''}?`}
        confirm="Revoke"
        danger
        open={doing?.what === 'revoke'}
        onClose={close}
        onConfirm={() => revoke(doing?.what === 'revoke' ? doing.key.id : '')}
      >
        Programs that use it are refused at once, and browsers that were signed in with it are signed out. It cannot be
        taken back; to replace a key without a gap, rotate it.
        {doing?.what === 'revoke' && doing.key.id === own && <strong> You are signed in with this key.</strong>}
      </ConfirmDialog>
    </Card>
  )
}

const name = (own: string | undefined): Column<ApiKey> => ({
  id: 'name',
  header: 'Name',
  value: (key) => key.name,
  cell: (key) => (
    <div className="team-cell">
      <span className="break">{key.name}</span> {key.id === own && <Badge tone="second">this session</Badge>}
      <div className="mono faint break">{key.id}</div>
    </div>
  ),
})

const COLUMNS: readonly Column<ApiKey>[] = [
  { id: 'scopes', header: 'Scopes', cell: ({ scopes }) => scopes.join(', ') },
  { id: 'owner', header: 'Kind', cell: ({ member }) => (member === null ? 'service key' : 'of a person') },
  {
    id: 'created',
    header: 'Created',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
  {
    id: 'used',
    header: 'Last used',
    value: ({ lastUsedAt }) => lastUsedAt,
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="faint">never</span> : <Time at={lastUsedAt} />),
  },
  {
    id: 'expires',
    header: 'Expires',
    value: ({ expiresAt }) => expiresAt,
    cell: (key) => <Expiry expiresAt={key.expiresAt} />,
  },
]

function Expiry({ expiresAt }: { expiresAt: string | null }) {
  const [now] = useState(() => Date.now())
  if (expiresAt === null) return <span className="faint">never</span>
  return Date.parse(expiresAt) <= now ? <Badge tone="bad">expired</Badge> : <Time at={expiresAt} />
}

const actions = (start: (doing: Doing) => void): Column<ApiKey> => ({
  id: 'actions',
  header: 'Actions',
  cell: (key) => (
    <div className="row">
      <Button size="small" aria-label={`Rotate ${key.name}`} onClick={() => start({ what: 'rotate', key })}>
        Rotate
      </Button>
      <Button size="small" aria-label={`Revoke ${key.name}`} onClick={() => start({ what: 'revoke', key })}>
        Revoke
      </Button>
    </div>
  ),
})
