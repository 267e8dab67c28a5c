import type { Prisma } from './generated/client.ts'

export type Transaction = Prisma.TransactionClient

/** What runs statements, within a transaction or each by itself: Prisma, or `pg` for what is called most often. */
export interface Statements {
  $queryRaw<Rows = unknown>(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<Rows>
  $executeRaw(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<number>
}

/** Our values have types that Prisma does not know; a JSON column takes all that `JSON.stringify` does. */
export const json = (value: unknown): Prisma.InputJsonValue => value as Prisma.InputJsonValue
