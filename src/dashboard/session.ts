import type { SessionInfo } from '../service/people-resources.ts'

/** Somebody who has signed in at the provider: the browser sends the cookie, and this what goes with it. */
const STORED_TEAM = 'anneal-team'

let open: SessionInfo | undefined
let configured = false

const chosen = (): SessionInfo['teams'][number] | undefined => {
  const { teams = [] } = open ?? {}
  return teams.length === 1 ? teams[0] : teams.find(({ id }) => id === sessionStorage.getItem(STORED_TEAM))
}

export const session = {
  /** Looks whether somebody is signed in. */
  async load(): Promise<void> {
    const response = await fetch('/v1/session').catch(() => undefined)
    configured = response !== undefined && response.status !== 404
    open = response?.ok === true ? ((await response.json()) as SessionInfo) : undefined
  },
  /** Whether people can sign in at a provider. */
  isConfigured: (): boolean => configured,
  get: (): SessionInfo | undefined => open,
  team: chosen,
  choose: (team: string): void => sessionStorage.setItem(STORED_TEAM, team),
  headers(): Record<string, string> {
    if (open === undefined) return {}
    const team = chosen()
    return { 'x-csrf-token': open.csrfToken, ...(team === undefined ? {} : { 'x-anneal-team': team.id }) }
  },
  forget(): void {
    open = undefined
  },
  async end(): Promise<void> {
    await fetch('/v1/session', { method: 'DELETE', headers: session.headers() }).catch(() => undefined)
    open = undefined
  },
}
