import type { Reason } from '../service/resources.ts'
import type { PrismaClient } from './generated/client.ts'
import type { Statements, Transaction } from './prisma-types.ts'

/** Workers that may die with the same work, one after the other and with no progress in between, before it is what kills them. */
export const MAX_DEATHS = 3

/** Why work is given up with which so many workers died. */
export const poison = (died: string, advice = ''): Reason => ({
  code: 'poison',
  fault: 'poison',
  retryable: false,
  detail: `${MAX_DEATHS} workers in a row died while they ${died}: it is most likely what kills them, for instance by the memory that it needs.${advice}`,
})

/** Nothing of a suspended team is started. */
export async function isSuspended(tx: Statements, teamId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT FROM "Team" WHERE "id" = ${teamId} AND "suspendedAt" IS NOT NULL`
  return rows.length > 0
}

/** Claims what is next. Work that was ended in place of being claimed, as canceled for instance, makes room for the one after it. */
export async function claimNext<Claim, Next = string>(
  prisma: PrismaClient,
  next: (tx: Transaction) => Promise<Next | undefined>,
  claim: (tx: Transaction, found: Next) => Promise<Claim | undefined>,
): Promise<Claim | undefined> {
  for (;;) {
    const looked = await prisma.$transaction(async (tx) => {
      const found = await next(tx)
      return found === undefined ? undefined : { claim: await claim(tx, found) }
    })
    if (looked === undefined || looked.claim !== undefined) return looked?.claim
  }
}
