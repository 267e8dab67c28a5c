import type { NewSession } from './people.ts'

/** Sessions of operators, by hashes that each belong to one cookie and one configured token. */
export interface OperatorSessionStore {
  /** Of those of one operator the oldest end. @returns when it ends */
  openOperatorSession(operator: string, session: NewSession, requestId: string | null): Promise<string>
  /** The one with any of the hashes; undefined where it has ended. */
  operatorSession(hashes: readonly string[]): Promise<{ operator: string; expiresAt: string } | undefined>
  endOperatorSession(hashes: readonly string[], requestId: string | null): Promise<void>
}
