import type { Prisma } from './generated/client.ts'

export type Transaction = Prisma.TransactionClient

/** Our values have types that Prisma does not know; a JSON column takes all that `JSON.stringify` does. */
export const json = (value: unknown): Prisma.InputJsonValue => value as Prisma.InputJsonValue
