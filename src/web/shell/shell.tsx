import { useQuery } from '@tanstack/react-query'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { Fragment, useEffect, useRef } from 'react'
import { sessionQuery, useTeamId } from '../session.ts'
import { ErrorState, Loading } from '../ui/states.tsx'
import { AwayBanner } from './away-banner.tsx'
import { Header } from './header.tsx'
import './shell.css'
import { SignIn } from './sign-in.tsx'
import { Suspended } from './suspended.tsx'
import { TeamChoice } from './team-choice.tsx'

/** Pages that an operator opens with a token of their own, whoever is signed in. */
const isForOperators = (path: string): boolean => path === '/admin' || path.startsWith('/admin/')

/** What is around every page. */
export function Shell() {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const main = useRef<HTMLElement>(null)
  const first = useRef(path)
  // Readers of the screen are told of a new page as of one that was loaded.
  useEffect(() => {
    if (first.current !== path) main.current?.focus()
    first.current = path
  }, [path])
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <Header />
      <AwayBanner />
      <main id="main" ref={main} tabIndex={-1}>
        {isForOperators(path) ? <Outlet /> : <ForTeams />}
      </main>
    </>
  )
}

function ForTeams() {
  const session = useQuery(sessionQuery)
  const teamId = useTeamId()
  if (session.data === undefined)
    return session.isError ? <ErrorState error={session.error} onRetry={() => void session.refetch()} /> : <Loading />
  if (session.data === null) return <SignIn />
  const team = session.data.teams.find(({ id }) => id === teamId)
  if (team === undefined) return <TeamChoice session={session.data} />
  if (team.suspended) return <Suspended name={team.name} />
  return (
    <Fragment key={teamId}>
      <Outlet />
    </Fragment>
  )
}
