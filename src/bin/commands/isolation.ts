import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { AppError } from '../../errors.ts'
import type { IsolationReport } from '../../isolation/check.ts'
import { findConnections, type Connections } from '../connections.ts'
import { readCredentials } from '../credentials.ts'
import { show } from '../print.ts'

/** `isolation-check`: for operators, with the database of the service that it calls. */
export function addIsolationCommand(program: Command): void {
  program
    .command('isolation-check')
    .description(
      'try every route, and every table, as another team: makes two teams, one with rows everywhere, and removes both; with keys of two teams, the routes alone, over what there is; exits with 1 where something leaks',
    )
    .option('--url <url>', 'the service (ANNEAL_URL; next to `anneal serve` it is found)')
    .option('--key <key>', 'of the team whose resources are tried (ANNEAL_API_KEY, with --other-key)')
    .option('--other-key <key>', 'of another team; both need the scope admin (ANNEAL_OTHER_API_KEY)')
    .option('--json', 'print the matrix as JSON')
    .action(async ({ url, ...keys }: { url?: string; key?: string; otherKey?: string }) => {
      const [{ leakCount }, { reportText }] = await Promise.all([
        import('../../isolation/check.ts'),
        import('../../isolation/report.ts'),
      ])
      const config = readConfig(process.env)
      const service = url ?? process.env['ANNEAL_URL'] ?? (await readCredentials(config.home))?.url
      if (service === undefined)
        throw new AppError('config_invalid', 'Give --url or ANNEAL_URL: no service runs on this ANNEAL_HOME.')
      const api = service.replace(/(?<!\/)\/+$/, '')
      const key = keys.key ?? process.env['ANNEAL_API_KEY']
      const otherKey = keys.otherKey ?? process.env['ANNEAL_OTHER_API_KEY']
      const report =
        key === undefined || otherKey === undefined
          ? await checkedWithDatabase(api, await findConnections(config))
          : await checkedWithKeys(api, key, otherKey)
      show({ value: report, text: () => reportText(report), ids: [String(leakCount(report))] })
      if (leakCount(report) > 0) process.exitCode = 1
    })
}

async function checkedWithKeys(url: string, key: string, otherKey: string): Promise<IsolationReport> {
  const [{ checkRoutes }, { seedByKeys }] = await Promise.all([
    import('../../isolation/check.ts'),
    import('../../isolation/seed-by-keys.ts'),
  ])
  const found = await seedByKeys(url, key, otherKey)
  try {
    return await checkRoutes(url, found)
  } finally {
    await found.remove()
  }
}

async function checkedWithDatabase(url: string, { databaseUrl, serviceUrl }: Connections): Promise<IsolationReport> {
  const [{ checkIsolation }, { seed }, { withClient }, { openStore }] = await Promise.all([
    import('../../isolation/check.ts'),
    import('../../isolation/seed.ts'),
    import('../../store/application-role.ts'),
    import('../../store/postgres.ts'),
  ])
  const store = openStore(serviceUrl)
  try {
    return await withClient(serviceUrl, async (client) => {
      const made = await seed(store, client)
      try {
        return await checkIsolation({ api: url, databaseUrl }, made, client)
      } finally {
        await made.remove()
      }
    })
  } finally {
    await store.close()
  }
}
