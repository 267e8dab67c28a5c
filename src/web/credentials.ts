/** What goes with the cookie of a session: the token that other sites cannot read, and the team that is worked in. */
const STORED_TEAM = 'anneal-team'

interface Open {
  csrfToken: string
  teams: readonly { id: string }[]
}

let csrfToken: string | undefined
let teams: readonly string[] = []
const listeners = new Set<() => void>()
const tell = (): void => {
  for (const listener of listeners) listener()
}

export const credentials = {
  use(session: Open): void {
    csrfToken = session.csrfToken
    teams = session.teams.map(({ id }) => id)
    tell()
  },
  forget(): void {
    csrfToken = undefined
    teams = []
    tell()
  },
  isOpen: (): boolean => csrfToken !== undefined,
  /** The chosen team, or the only one. */
  team(): string | undefined {
    const stored = localStorage.getItem(STORED_TEAM)
    return teams.length === 1 ? teams[0] : teams.find((id) => id === stored)
  },
  choose(team: string): void {
    localStorage.setItem(STORED_TEAM, team)
    tell()
  },
  /** Calls whenever somebody signs in or out, or chooses another team. @returns what ends that */
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  /** Adds them to a call of the service, in the team that is worked in unless another one is meant. */
  signed(request: Request, meant?: string): Request {
    const signed = new Request(request)
    const team = meant ?? credentials.team()
    if (csrfToken !== undefined) signed.headers.set('x-csrf-token', csrfToken)
    if (team !== undefined) signed.headers.set('x-anneal-team', team)
    return signed
  },
}
