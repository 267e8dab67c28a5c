export interface IdempotencyStore {
  /**
   * Reserves an idempotency key for a call that creates `resourceId`: `new`, or the response that was given, or why not. A call that was cut
   * off is `resumed` by the next one, with the id that it had.
   */
  beginIdempotent(
    teamId: string,
    key: string,
    call: { bodyHash: string; resourceId: string; holdMs: number },
  ): Promise<
    | { kind: 'in-flight' | 'reused' }
    | { kind: 'new'; resourceId: string; resumed: boolean }
    | { kind: 'done'; status: number; response: unknown }
  >
  /** Of a call that goes on. */
  holdIdempotent(teamId: string, key: string, resourceId: string, holdMs: number): Promise<void>
  /** With no result the key is free again. */
  endIdempotent(
    teamId: string,
    key: string,
    resourceId: string,
    result: { status: number; response: unknown } | undefined,
  ): Promise<void>
}
