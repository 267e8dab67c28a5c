import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { Tabs, type Tab } from '../ui/tabs.tsx'
import { useToast } from '../ui/toast.tsx'
import { ADMIN_TABS } from './admin-tabs.ts'
import { DeletedTeams } from './deleted-teams.tsx'
import { OperatorSignIn } from './operator-sign-in.tsx'
import { operatorQuery, signOutAsOperator } from './operator.ts'
import { Queue } from './queue.tsx'
import { Teams } from './teams.tsx'
import { WholeAuditLog } from './whole-audit-log.tsx'
import { Workers } from './workers.tsx'
import './admin.css'

const route = getRouteApi('/admin')

const TABS: readonly Tab[] = [
  { id: 'teams', label: 'Teams', content: () => <Teams /> },
  { id: 'workers', label: 'Workers', content: () => <Workers /> },
  { id: 'queue', label: 'Queue', content: () => <Queue /> },
  { id: 'audit', label: 'Audit log', content: () => <WholeAuditLog /> },
  { id: 'deleted', label: 'Deleted teams', content: () => <DeletedTeams /> },
]

/** For operators of the service, who sign in with a token of their own. */
export function AdminPage() {
  const session = useQuery(operatorQuery)
  if (session.data === undefined)
    return session.isError ? <ErrorState error={session.error} onRetry={() => void session.refetch()} /> : <Loading />
  return session.data === null ? <OperatorSignIn /> : <Administration operator={session.data.operator} />
}

function Administration({ operator }: { operator: string }) {
  const queries = useQueryClient()
  const toast = useToast()
  const { tab } = route.useSearch()
  const navigate = route.useNavigate()
  const open = (id: string): void => {
    const next = ADMIN_TABS.find((known) => known === id)
    if (next !== undefined) void navigate({ search: { tab: next } })
  }
  return (
    <Page
      title="Administration"
      beside={<span className="faint break">as {operator}</span>}
      actions={<Button onClick={() => void signOutAsOperator(queries).catch(toast.error)}>Sign out {operator}</Button>}
    >
      <Tabs tabs={TABS} value={tab} onChange={open} />
    </Page>
  )
}
