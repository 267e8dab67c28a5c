import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTeam } from '../shared/use-team.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Page } from '../ui/page.tsx'
import { Tabs, type Tab } from '../ui/tabs.tsx'
import { AuditLog } from './audit-log.tsx'
import { KeysTab } from './keys-tab.tsx'
import { Members } from './members.tsx'
import { RenameTeam } from './rename-team.tsx'
import { Retention } from './retention.tsx'
import { Storage } from './storage.tsx'
import { TEAM_TABS } from './team-search.ts'
import { Trash } from './trash.tsx'
import { UsageTab } from './usage-tab.tsx'
import { Webhooks } from './webhooks.tsx'
import './team.css'

const route = getRouteApi('/team')

const TABS: readonly Tab[] = [
  { id: 'members', label: 'Members', content: () => <Members /> },
  { id: 'keys', label: 'API keys', content: () => <KeysTab /> },
  { id: 'usage', label: 'Quota and usage', content: () => <UsageTab /> },
  { id: 'audit', label: 'Audit log', content: () => <AuditLog /> },
  { id: 'webhooks', label: 'Webhooks', content: () => <Webhooks /> },
  { id: 'retention', label: 'Retention', content: () => <Retention /> },
  { id: 'storage', label: 'Storage', content: () => <Storage /> },
  { id: 'trash', label: 'Trash', content: () => <Trash /> },
]

/** Who is in the team, what it may use, and what becomes of what it has deleted. */
export function TeamPage() {
  const { tab } = route.useSearch()
  const navigate = route.useNavigate()
  const { team, may } = useTeam()
  const [isRenaming, setRenaming] = useState(false)
  const open = (id: string): void => {
    const next = TEAM_TABS.find((known) => known === id)
    if (next !== undefined) void navigate({ search: { tab: next } })
  }
  return (
    <Page
      title="Team"
      beside={
        team !== undefined && (
          <span className="row team-name">
            <span className="break">{team.name}</span>
            <span className="mono faint break">{team.id}</span>
            <CopyButton text={team.id} label="Copy the id of the team" />
          </span>
        )
      }
      actions={may('admin') && <Button onClick={() => setRenaming(true)}>Rename</Button>}
    >
      <Tabs tabs={TABS} value={tab} onChange={open} />
      {isRenaming && team !== undefined && <RenameTeam name={team.name} onClose={() => setRenaming(false)} />}
    </Page>
  )
}
