import { useQuery } from '@tanstack/react-query'
import { sessionQuery, useTeamId, type Session } from '../session.ts'

export type SessionTeam = Session['teams'][number]
export type Scope = SessionTeam['scopes'][number]

interface CurrentTeam {
  session: Session | null
  /** The team that is worked in; undefined of nobody. */
  team: SessionTeam | undefined
  /** Whether the person or key may do something in it. */
  may: (scope: Scope) => boolean
}

export function useTeam(): CurrentTeam {
  const { data: session = null } = useQuery(sessionQuery)
  const teamId = useTeamId()
  const team = session?.teams.find(({ id }) => id === teamId)
  return { session, team, may: (scope) => team?.scopes.includes(scope) ?? false }
}
