import type { Command } from 'commander'
import { printable } from '../../data/text.ts'
import type { Services } from '../../service/services.ts'
import { host, withServices } from '../host.ts'

const PER_PAGE = 500
/** Characters of a name in the list. */
const MAX_SHOWN = 200

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

async function list(services: Services): Promise<void> {
  let page = await services.teams({ limit: PER_PAGE })
  for (;;) {
    for (const { id, name, createdAt, suspendedAt } of page.data) {
      const state = suspendedAt === null ? 'active' : 'suspended'
      say(`${id}  ${createdAt}  ${state.padEnd('suspended'.length)}  ${printable(name, MAX_SHOWN)}`)
    }
    if (page.nextCursor === null) return
    page = await services.teams({ limit: PER_PAGE, after: page.nextCursor })
  }
}

async function listTrash(services: Services): Promise<void> {
  let page = await services.trashedTeams({ limit: PER_PAGE })
  for (;;) {
    for (const { id, purgeAt, name } of page.data) say(`${id}  until ${purgeAt}  ${printable(name, MAX_SHOWN)}`)
    if (page.nextCursor === null) return
    page = await services.trashedTeams({ limit: PER_PAGE, after: page.nextCursor })
  }
}

/** `team …`: for operators, next to the database; on the machine of `anneal serve` it finds the service by itself. */
export function addTeamCommand(program: Command): void {
  const team = program
    .command('team')
    .description('teams of the service that runs on ANNEAL_HOME, or of DATABASE_URL and REDIS_URL')
  team
    .command('create <name>')
    .description('make a team; prints its first API key, which is not shown again')
    .option('--owner <email>', 'who owns it once they sign in with this email')
    .action((name: string, { owner }: { owner?: string }) =>
      withServices(async (services) => say((await services.createTeam({ name, owner }, host())).secret)),
    )
  team
    .command('list')
    .description('list the teams, newest first')
    .action(() => withServices(list))
  team
    .command('rename <team> <name>')
    .description('rename a team (team_…)')
    .action((id: string, name: string) =>
      withServices(async (services) => {
        await services.renameOperatedTeam(id, name, host())
        say(`renamed ${id}`)
      }),
    )
  team
    .command('suspend <team>')
    .description('refuse its keys and people; running jobs finish, what is queued waits')
    .action((id: string) =>
      withServices(async (services) => {
        await services.suspendTeam(id, host())
        say(`suspended ${id}`)
      }),
    )
  team
    .command('resume <team>')
    .description('end a suspension')
    .action((id: string) =>
      withServices(async (services) => {
        await services.resumeTeam(id, host())
        say(`resumed ${id}`)
      }),
    )
  team
    .command('delete <team>')
    .description(
      'delete a suspended team with everything that it has; it is in the trash for some time, and its audit log stays',
    )
    .option('--permanent', 'delete it for good, at once; also one that is in the trash already')
    .action((id: string, { permanent = false }: { permanent?: boolean }) =>
      withServices(async (services) => {
        if (permanent && (await services.store.trashedTeam(id)) !== undefined) await services.purgeTeam(id, host())
        else await services.deleteTeam(id, host(), { permanent })
        say(`deleted ${id}`)
      }),
    )
  team
    .command('trash')
    .description('list the teams that were deleted and can be restored, newest first')
    .action(() => withServices(listTrash))
  team
    .command('restore <team>')
    .description('take a team out of the trash; it stays suspended')
    .action((id: string) =>
      withServices(async (services) => {
        await services.restoreTeam(id, host())
        say(`restored ${id}`)
      }),
    )
}
