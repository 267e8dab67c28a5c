import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleUser } from 'lucide-react'
import { useState } from 'react'
import { chooseTeam, signOut, useTeamId, type Session } from '../session.ts'
import { applyTheme, chosenTheme, THEMES, type Theme } from '../theme.ts'
import { Menu, MenuAnchor, MenuGroup, MenuItem, MenuLink, MenuRadio } from '../ui/menu.tsx'
import { useToast } from '../ui/toast.tsx'

const NAMES: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' }

export function AccountMenu({ session }: { session: Session | null }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const toast = useToast()
  const [theme, setTheme] = useState(chosenTheme)
  const choose = (value: Theme): void => {
    setTheme(value)
    applyTheme(value)
  }
  const leave = (): void => void signOut(queries).catch(toast.error)
  const change = (team: string): void => {
    chooseTeam(queries, team)
    void navigate({ to: '/jobs' })
  }
  const teamId = useTeamId()
  const name = session === null ? 'Settings' : whoIs(session, teamId)
  return (
    <Menu label={name} icon={<CircleUser aria-hidden />}>
      {session !== null && session.teams.length > 1 && (
        <MenuRadio
          label="Team"
          value={teamId ?? ''}
          onChange={change}
          options={session.teams.map((team) => ({ value: team.id, label: team.name }))}
        />
      )}
      <MenuRadio
        label="Theme"
        value={theme}
        onChange={choose}
        options={THEMES.map((value) => ({ value, label: NAMES[value] }))}
      />
      <MenuGroup>
        <MenuAnchor href="/docs">API reference</MenuAnchor>
        <MenuLink to="/admin">Administration</MenuLink>
        {session !== null && <MenuItem onClick={leave}>Sign out</MenuItem>}
      </MenuGroup>
    </Menu>
  )
}

/** The person, or the key, and where they work. */
function whoIs({ person, key, teams }: Session, teamId: string | undefined): string {
  const who = person === null ? (key?.name ?? 'API key') : (person.name ?? person.email ?? 'Signed in')
  const team = teams.find(({ id }) => id === teamId)
  return team === undefined ? who : `${who} · ${team.name}`
}
