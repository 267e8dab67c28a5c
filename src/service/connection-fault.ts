/** Prisma: unreachable, timed out, closed, too many connections, no connection from the pool, a transaction that could not begin. */
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037'])
/** PostgreSQL: class 08 (connection), 53 (resources, a full disk among them), 57P (shutdown, start-up, crash), 58 (system), and transactions that are to be tried again. */
const SQLSTATE = /^(08...|53...|57P0[1-5]|58...|25006|40001|40P01|55P03)$/
const NODE_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNABORTED', 'ENOSPC', 'EDQUOT', 'EIO', 'ESTALE', 'EMFILE', 'ENFILE'],
])
const ADAPTER_KINDS = new Set([
  ...['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections', 'TransactionWriteConflict'],
])
const MESSAGES =
  /connection terminated|terminating connection|timeout exceeded when trying to connect|client has encountered a connection error|server closed the connection|unable to start a transaction|transaction already closed|not queryable/i

const MAX_DEPTH = 8

/** Whether something failed because the database or the disk was away, and can succeed later with nothing changed. */
export function isConnectionFault(error: unknown): boolean {
  const seen = new Set<unknown>()
  let level = [error]
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: unknown[] = []
    for (const item of level) {
      if (typeof item !== 'object' || item === null || seen.has(item)) continue
      seen.add(item)
      if (saysSo(item)) return true
      next.push(...causes(item))
    }
    level = next
  }
  return false
}

function saysSo(error: object): boolean {
  const { code, originalCode, kind, message } = error as Record<string, unknown>
  for (const value of [code, originalCode])
    if (typeof value === 'string' && (PRISMA_CODES.has(value) || SQLSTATE.test(value) || NODE_CODES.has(value)))
      return true
  if (typeof kind === 'string' && ADAPTER_KINDS.has(kind)) return true
  return typeof message === 'string' && MESSAGES.test(message.slice(0, 1000))
}

function causes(error: object): unknown[] {
  const { cause, meta, driverAdapterError, errors } = error as Record<string, unknown>
  return [cause, meta, driverAdapterError, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]
}
