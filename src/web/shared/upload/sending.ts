import type { Anneal } from '../../../../clients/typescript/src/browser.ts'
import { annealOf } from '../../api.ts'
import { credentials } from '../../credentials.ts'

/** What an upload is made with. */
export interface Sender {
  anneal: Anneal
  /** Of requests that the client does not make by `fetch`. */
  headers: Readonly<Record<string, string>>
}

let running = 0
const ask = (event: BeforeUnloadEvent): void => event.preventDefault()

/**
 * Uploads, and whatever is made of it, in one team, whichever is looked at meanwhile. As long as anything is sent, the browser asks before it
 * leaves the page.
 */
export async function sending<T>(team: string | undefined, send: (sender: Sender) => Promise<T>): Promise<T> {
  const headers = Object.fromEntries(credentials.signed(new Request('/v1/uploads'), team).headers)
  if (running++ === 0) window.addEventListener('beforeunload', ask)
  try {
    return await send({ anneal: annealOf(team), headers })
  } finally {
    if (--running === 0) window.removeEventListener('beforeunload', ask)
  }
}
