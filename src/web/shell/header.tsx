import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Menu as MenuIcon } from 'lucide-react'
import { sessionQuery, useTeamId } from '../session.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Menu, MenuLink } from '../ui/menu.tsx'
import { AccountMenu } from './account-menu.tsx'

const PAGES = [
  { to: '/datasets', label: 'Data sets' },
  { to: '/jobs', label: 'Jobs' },
  { to: '/sweeps', label: 'Sweeps' },
  { to: '/models', label: 'Models' },
  { to: '/augmentation', label: 'Augmentation' },
  { to: '/team', label: 'Team' },
] as const

export function Header() {
  const { data: session } = useQuery(sessionQuery)
  const teamId = useTeamId()
  const isIn = session !== undefined && session !== null && teamId !== undefined
  return (
    <header className="header">
      <Link to="/jobs" className="brand">
        Anneal
      </Link>
      {isIn && (
        <>
          <nav className="header-links" aria-label="Pages">
            {PAGES.map(({ to, label }) => (
              <Link key={to} to={to}>
                {label}
              </Link>
            ))}
          </nav>
          <div className="header-menu">
            <Menu label="Pages" icon={<MenuIcon aria-hidden />}>
              {PAGES.map(({ to, label }) => (
                <MenuLink key={to} to={to}>
                  {label}
                </MenuLink>
              ))}
            </Menu>
          </div>
          <ButtonLink to="/new-job" kind="primary">
            New job
          </ButtonLink>
        </>
      )}
      <AccountMenu session={session ?? null} />
    </header>
  )
}
