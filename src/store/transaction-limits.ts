/** How long one process may keep the others from what it has locked, though it is frozen. */
export interface TransactionLimits {
  /** A claim waits so long for the others, and for rows. */
  claimWaitMs: number
  /** A claim that sends nothing more is ended by PostgreSQL after so long: before those that wait for it give up. */
  frozenClaimMs: number
  /** Any other transaction that sends nothing more: as long as Prisma lets its own take. */
  frozenMs: number
}

export const TRANSACTION_LIMITS: TransactionLimits = { claimWaitMs: 20_000, frozenClaimMs: 10_000, frozenMs: 30_000 }
