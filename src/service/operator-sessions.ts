import { AppError } from '../errors.ts'
import { newId, newSecret, secretHash } from './ids.ts'
import type { OperatorSessionInfo } from './people-resources.ts'
import type { OperatorSessionStore } from './ports/operator-sessions.ts'
import { csrfToken } from './sessions.ts'

/** An operator as the service is configured with. */
export interface Operator {
  name: string
  token: string
}

const KEPT_MS = 12 * 3_600_000

/** Operators who are signed in in a browser. */
export function operatorSessionService({ store, now }: { store: OperatorSessionStore; now: () => number }) {
  return {
    async openOperatorSession(
      operator: Operator,
      requestId: string,
    ): Promise<{ secret: string; keptMs: number; session: OperatorSessionInfo }> {
      const { secret } = newSecret()
      const { name } = operator
      const opened = { id: newId('opsess', now()), hash: boundHash(secret, operator), keptMs: KEPT_MS }
      const expiresAt = await store.openOperatorSession(name, opened, requestId)
      return { secret, keptMs: KEPT_MS, session: { operator: name, csrfToken: csrfToken(secret), expiresAt } }
    },
    /**
     * @param operators those who are configured now: a session ends with the token that opened it
     * @throws AppError `unauthorized`
     */
    async operatorSession(secret: string, operators: readonly Operator[]): Promise<OperatorSessionInfo> {
      const session = await store.operatorSession(operators.map((operator) => boundHash(secret, operator)))
      if (session === undefined) throw new AppError('unauthorized', 'The session has ended; sign in again.')
      return { ...session, csrfToken: csrfToken(secret) }
    },
    closeOperatorSession: (secret: string, operators: readonly Operator[], requestId: string): Promise<void> =>
      store.endOperatorSession(
        operators.map((operator) => boundHash(secret, operator)),
        requestId,
      ),
  }
}

/** What is stored of a session. It says nothing of the token, which may be shorter than the secret of the session. */
const boundHash = (secret: string, { name, token }: Operator): string =>
  secretHash(JSON.stringify([secret, name, token]))
