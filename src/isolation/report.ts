import { leakCount, leakingTables, type IsolationReport } from './check.ts'

/** The matrix for people: routes with the status of each role, tables with the rows that they showed, and the leaks. */
export function reportText(report: IsolationReport): string {
  const { url, roles, operations, tables, leaks, calls } = report
  const lines = [
    `Routes of ${url} with ids of another team; each role's status:`,
    ...aligned([
      ['method', 'path', 'scope', ...roles],
      ...operations.map(({ method, path, scope, statuses }) => [
        method,
        path,
        scope,
        ...roles.map((role) => String(statuses[role] ?? '')),
      ]),
    ]),
  ]
  if (tables.length > 0)
    lines.push(
      '',
      'Rows of the first team that the database shows the role of the API, by the team that is set:',
      ...aligned([
        ['table', 'first team', 'other team', 'none', 'changed by other'],
        ...tables.map(({ table, ...counts }) => [
          table,
          ...[counts.first, counts.other, counts.none, counts.changed].map(String),
        ]),
      ]),
    )
  lines.push(
    '',
    ...leaks.map(
      ({ operation, role, path, status, what }) => `LEAK ${operation} as ${role} (${path}): ${status}, ${what}`,
    ),
  )
  lines.push(...report.changedTables.map((table) => `LEAK a call changed the first team's rows of ${table}`))
  lines.push(...leakingTables(report).map(({ table }) => `LEAK table ${table}`))
  const methods = new Set(operations.map(({ method }) => method)).size
  lines.push(
    `${operations.length} routes with ${methods} methods, ${roles.length} roles, ${calls} calls, ${tables.length} tables: leaks ${leakCount(report)}.`,
  )
  return `${lines.join('\n')}\n`
}

function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)))
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
}
