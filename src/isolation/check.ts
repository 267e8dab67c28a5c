import type pg from 'pg'
import { AppError } from '../errors.ts'
import { ROLES } from '../service/people-resources.ts'
import { tryOperation, type Leak, type OperationResult } from './calls.ts'
import { operationsOf, type OpenApiDocument } from './operations.ts'
import type { Seed } from './seed.ts'
import { checkTables, hashRows, type TableResult } from './tables.ts'

export interface IsolationReport {
  url: string
  /** Roles of the other team that were tried; `none` is a call without a credential. */
  roles: string[]
  calls: number
  operations: OperationResult[]
  tables: TableResult[]
  leaks: Leak[]
  /** Tables whose rows of the first team were changed by the calls. */
  changedTables: string[]
}

/** Tries every operation that the service at `url` documents. @throws AppError `unavailable` where it does not answer */
export async function checkRoutes(url: string, seed: Seed): Promise<IsolationReport> {
  const response = await fetch(`${url}/openapi.json`).catch((cause: unknown) => {
    throw new AppError('unavailable', `No service answers at ${url}.`, { cause, retryable: true })
  })
  const operations = operationsOf((await response.json()) as OpenApiDocument)
  const report: IsolationReport = {
    url,
    roles: [...ROLES, 'none'],
    calls: 0,
    operations: [],
    tables: [],
    leaks: [],
    changedTables: [],
  }
  for (const operation of operations) {
    const { result, leaks, calls } = await tryOperation(url, operation, seed)
    report.operations.push(result)
    report.leaks.push(...leaks)
    report.calls += calls
  }
  return report
}

/** Tables, then routes, then whether the first team's rows are as they were. @param urls of the API, and of the role that it connects as */
export async function checkIsolation(
  urls: { api: string; databaseUrl: string },
  seed: Seed,
  client: pg.Client,
): Promise<IsolationReport> {
  const tables = await checkTables(urls.databaseUrl, seed)
  const before = await hashRows(client, seed)
  const report = await checkRoutes(urls.api, seed)
  const after = await hashRows(client, seed)
  const changedTables = [...before.keys()].filter((table) => before.get(table) !== after.get(table))
  return { ...report, tables, changedTables }
}

/** Tables that show, or let the other team change, what is the first team's. */
export const leakingTables = ({ tables }: IsolationReport): TableResult[] =>
  tables.filter(({ other, none, changed }) => other + none + changed > 0)

export const leakCount = (report: IsolationReport): number =>
  report.leaks.length + leakingTables(report).length + report.changedTables.length
