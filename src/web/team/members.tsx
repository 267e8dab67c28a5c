import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { signInOptionsQuery } from '../session.ts'
import { Listed } from '../shared/listed.tsx'
import { useChange } from '../shared/use-change.ts'
import { usePages } from '../shared/use-pages.ts'
import { useTeam } from '../shared/use-team.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { SelectField } from '../ui/field.tsx'
import { EmptyState } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { ROLES } from './roles.ts'

type Member = components['schemas']['Member']

export function Members() {
  const { may } = useTeam()
  const { data: options } = useQuery(signInOptionsQuery)
  const [isInviting, setInviting] = useState(false)
  const [leaving, setLeaving] = useState<Member>()
  const pages = usePages<Member>(['team', 'members'], (cursor, signal) =>
    data(api.GET('/v1/team/members', { params: { query: { limit: 100, ...cursor } }, signal })),
  )
  const remove = (id: string): Promise<unknown> =>
    data(api.DELETE('/v1/team/members/{id}', { params: { path: { id } } })).then(() => pages.query.refetch())
  const invite = may('admin') && (
    <Button kind="primary" onClick={() => setInviting(true)}>
      Invite
    </Button>
  )
  return (
    <Card title="Members" actions={invite}>
      {options?.organization === false && (
        <p className="faint">
          This service has no identity provider, so nobody can sign in as a member: work with API keys, or ask whoever
          runs the service to set one up.
        </p>
      )}
      <Listed
        pages={pages}
        noun="members"
        empty={
          <EmptyState title="The team has no members." action={invite}>
            Whoever you invite by email is a member once they sign in with your organisation.
          </EmptyState>
        }
      >
        {(rows) => (
          <DataTable
            caption="People of the team"
            columns={may('admin') ? [...COLUMNS, actions(setLeaving)] : COLUMNS}
            rows={rows}
            rowId={({ id }) => id}
          />
        )}
      </Listed>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      <ConfirmDialog
        title={`Remove ${leaving?.email ?? ''}?`}
        confirm="Remove"
        danger
        open={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={() => remove(leaving?.id ?? '')}
      >
        They are signed out of the team at once, and their API keys stop working. Jobs and data sets that they have made
        stay.
      </ConfirmDialog>
    </Card>
  )
}

const COLUMNS: readonly Column<Member>[] = [
  {
    id: 'email',
    header: 'Email',
    value: ({ email }) => email,
    cell: ({ email }) => <span className="break">{email}</span>,
  },
  { id: 'role', header: 'Role', value: ({ role }) => role, cell: (member) => <Role member={member} /> },
  {
    id: 'joined',
    header: 'Joined',
    value: ({ joinedAt }) => joinedAt,
    cell: ({ joinedAt }) => (joinedAt === null ? <Badge>invited</Badge> : <Time at={joinedAt} />),
  },
]

const actions = (remove: (member: Member) => void): Column<Member> => ({
  id: 'actions',
  header: 'Actions',
  cell: (member) => (
    <Button size="small" aria-label={`Remove ${member.email}`} onClick={() => remove(member)}>
      Remove
    </Button>
  ),
})

function Role({ member: { id, email, role } }: { member: Member }) {
  const { may } = useTeam()
  const change = useChange(
    (next: Member['role']) =>
      data(api.PATCH('/v1/team/members/{id}', { params: { path: { id } }, body: { role: next } })),
    { keys: [['team', 'members'], ['session']], done: `The role of ${email} has changed.` },
  )
  if (!may('admin')) return role
  return (
    <SelectField
      label={`Role of ${email}`}
      hideLabel
      value={role}
      options={ROLES.map(({ value }) => ({ value, label: value }))}
      onChange={(value) => {
        const next = ROLES.find((known) => known.value === value)
        if (next !== undefined) change.mutate(next.value)
      }}
    />
  )
}
