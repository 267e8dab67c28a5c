import type { Command } from 'commander'
import type { MigrateFlags } from '../roles.ts'
import { addWorkerOptions, type WorkerRoleFlags } from '../worker-options.ts'
import { EXIT_CODES_HELP } from '../worker-exit-codes.ts'

const roles = () => import('../roles.ts')

/** `serve`, `api`, `worker`, `migrate`: the processes of an installation. */
export function addRoleCommands(program: Command): void {
  program
    .command('serve')
    .description('everything on this machine: database, queue, API, web page and one worker')
    .action(async () => (await roles()).runServe())

  program
    .command('api')
    .description('the HTTP API and the web page alone (DATABASE_URL, ANNEAL_WORKER_DATABASE_URL, REDIS_URL, BLOB_URL)')
    .action(async () => (await roles()).runApiRole())

  addWorkerOptions(
    program
      .command('worker')
      .description(
        'one worker alone, for the devices of a machine (ANNEAL_WORKER_DATABASE_URL or DATABASE_URL, REDIS_URL, BLOB_URL)',
      )
      .option('--job <id>', 'run this job and end: for Kubernetes Jobs and Slurm'),
  )
    .addHelpText('after', EXIT_CODES_HELP)
    .action(async (flags: WorkerRoleFlags) => (await roles()).runWorkerRole(flags))

  program
    .command('migrate')
    .description('apply the migrations that the database at DATABASE_URL lacks')
    .option(
      '--application-url <url>',
      'make the role of this URL, for the API: it sees the rows of one team at a time and owns nothing (ANNEAL_APPLICATION_URL)',
    )
    .option(
      '--worker-url <url>',
      'make the role of this URL, for workers: it sees the rows of every team and owns nothing (ANNEAL_WORKER_DATABASE_URL)',
    )
    .action(async (flags: MigrateFlags) => (await roles()).migrate(flags))
}
