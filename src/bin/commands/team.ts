import type { Command } from 'commander'
import type { OperatedTeam } from '../../service/people-resources.ts'
import type { Page } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { host, withServices } from '../host.ts'
import { show } from '../print.ts'
import { localTime } from '../shown.ts'
import { table } from '../table.ts'

const PER_PAGE = 500

/** Everything of a list, over its pages. */
async function all<T>(page: (query: { limit: number; after?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let found = await page({ limit: PER_PAGE })
  for (;;) {
    items.push(...found.data)
    if (found.nextCursor === null) return items
    found = await page({ limit: PER_PAGE, after: found.nextCursor })
  }
}

async function list(services: Services): Promise<void> {
  const teams = await all((query) => services.teams(query))
  const stateOf = ({ suspendedAt }: OperatedTeam): string => (suspendedAt === null ? 'active' : 'suspended')
  show({
    value: teams,
    text: () =>
      table(teams, [
        { title: 'id', of: ({ id }) => id, whole: true },
        { title: 'created', of: ({ createdAt }) => localTime(createdAt), whole: true },
        { title: 'state', of: stateOf, whole: true, style: (team) => (team.suspendedAt === null ? 'green' : 'yellow') },
        { title: 'name', of: ({ name }) => name },
      ]),
    ids: teams.map(({ id }) => id),
  })
}

async function listTrash(services: Services): Promise<void> {
  const teams = await all((query) => services.trashedTeams(query))
  show({
    value: teams,
    text: () =>
      table(teams, [
        { title: 'id', of: ({ id }) => id, whole: true },
        { title: 'until', of: ({ purgeAt }) => localTime(purgeAt), whole: true },
        { title: 'name', of: ({ name }) => name },
      ]),
    ids: teams.map(({ id }) => id),
  })
}

/** What was done to a team. */
const done = (what: string, id: string): void => show({ value: { id, done: what }, text: `${what} ${id}\n`, ids: [id] })

async function create(services: Services, team: { name: string; owner: string | undefined }): Promise<void> {
  const made = await services.createTeam(team, host())
  show({ value: made, text: `${made.secret}\n`, ids: [made.secret] })
}

/** `team …`: for operators, next to the database; on the machine of `anneal serve` it finds the service by itself. One function: a list of commands. */
export function addTeamCommand(program: Command): void {
  const team = program
    .command('team')
    .description('teams of the service that runs on ANNEAL_HOME, or of DATABASE_URL and REDIS_URL')
  team
    .command('create <name>')
    .description('make a team; prints its first API key, which is not shown again')
    .option('--owner <email>', 'who owns it once they sign in with this email')
    .action((name: string, { owner }: { owner?: string }) =>
      withServices((services) => create(services, { name, owner })),
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
        done('renamed', id)
      }),
    )
  team
    .command('suspend <team>')
    .description('refuse its keys and people; running jobs finish, what is queued waits')
    .action((id: string) =>
      withServices(async (services) => {
        await services.suspendTeam(id, host())
        done('suspended', id)
      }),
    )
  team
    .command('resume <team>')
    .description('end a suspension')
    .action((id: string) =>
      withServices(async (services) => {
        await services.resumeTeam(id, host())
        done('resumed', id)
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
        done('deleted', id)
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
        done('restored', id)
      }),
    )
}
