import { InvalidArgumentError, Option, type Command } from 'commander'
import type { Member, Role } from '../../service/people-resources.ts'
import type { ApiKey, Page, Scope, Team } from '../../service/resources.ts'
import type { QuotaState, UsageRow } from '../../service/scheduling-resources.ts'
import { CLIENT_ENVIRONMENT, connect } from '../connect.ts'
import { separated } from '../job-settings-options.ts'
import { addListOptions, listed, positive, type ListFlags } from '../pages.ts'
import { note, show } from '../print.ts'
import { duration, localTime, NONE } from '../shown.ts'
import { fields, table } from '../table.ts'

const ROLES = ['owner', 'member', 'viewer'] as const satisfies readonly Role[]
const SCOPES = ['read', 'write', 'admin'] as const satisfies readonly Scope[]
const DIMENSIONS = ['day', 'job', 'person', 'key', 'device'] as const

const teamText = (team: Team): string => fields({ id: team.id, name: team.name, created: localTime(team.createdAt) })

async function showTeam(): Promise<void> {
  const team = await (await connect()).get<Team>('/v1/team')
  show({ value: team, text: () => teamText(team), ids: [team.id] })
}

async function rename(name: string): Promise<void> {
  const team = await (await connect()).patch<Team>('/v1/team', { name })
  show({ value: team, text: `renamed ${team.id}\n`, ids: [team.id] })
}

async function members(flags: ListFlags): Promise<void> {
  const found = await listed<Member>(await connect(), '/v1/team/members', flags)
  show({
    value: found,
    text: () =>
      table(found, [
        { title: 'id', of: ({ id }) => id, whole: true },
        { title: 'role', of: ({ role }) => role, whole: true },
        { title: 'signed in', of: ({ person }) => (person === null ? 'not yet' : 'yes') },
        { title: 'email', of: ({ email }) => email },
      ]),
    ids: found.map(({ id }) => id),
  })
}

async function invite(email: string, { role }: { role: Role }): Promise<void> {
  const made = await (await connect()).post<Member>('/v1/team/members', { email, role })
  show({ value: made, text: `${made.id}\n`, ids: [made.id] })
}

async function setRole(id: string, role: string): Promise<void> {
  const path = `/v1/team/members/${encodeURIComponent(id)}`
  const changed = await (await connect()).patch<Member>(path, { role })
  show({ value: changed, text: `${changed.email} is ${changed.role}\n`, ids: [changed.id] })
}

async function removeMembers(ids: readonly string[]): Promise<void> {
  const client = await connect()
  for (const id of ids) await client.remove(`/v1/team/members/${encodeURIComponent(id)}`)
  show({ value: { removed: ids }, text: ids.map((id) => `removed ${id}\n`).join(''), ids })
}

async function keys(flags: ListFlags): Promise<void> {
  const found = await listed<ApiKey>(await connect(), '/v1/api-keys', flags)
  show({
    value: found,
    text: () =>
      table(found, [
        { title: 'id', of: ({ id }) => id, whole: true },
        { title: 'scopes', of: ({ scopes }) => scopes.join(','), whole: true },
        { title: 'expires', of: ({ expiresAt }) => localTime(expiresAt), whole: true },
        { title: 'last used', of: ({ lastUsedAt }) => localTime(lastUsedAt), whole: true },
        { title: 'of', of: ({ member }) => member ?? 'the team' },
        { title: 'name', of: ({ name }) => name },
      ]),
    ids: found.map(({ id }) => id),
  })
}

interface NewKey extends ApiKey {
  secret: string
}

async function createKey(name: string, { scopes, days }: { scopes: string[]; days?: number }): Promise<void> {
  const expiresAt = days === undefined ? undefined : new Date(Date.now() + days * 86_400_000).toISOString()
  const made = await (
    await connect()
  ).post<NewKey>('/v1/api-keys', { name, scopes, ...(expiresAt === undefined ? {} : { expiresAt }) })
  note('The key is not shown again.')
  show({ value: made, text: `${made.secret}\n`, ids: [made.secret] })
}

async function revokeKeys(ids: readonly string[]): Promise<void> {
  const client = await connect()
  for (const id of ids) await client.remove(`/v1/api-keys/${encodeURIComponent(id)}`)
  show({ value: { revoked: ids }, text: ids.map((id) => `revoked ${id}\n`).join(''), ids })
}

async function quota(): Promise<void> {
  const limits = await (await connect()).get<QuotaState>('/v1/team/quota')
  show({
    value: limits,
    text: () =>
      table(Object.entries(limits), [
        { title: 'limit', of: ([name]) => name, whole: true },
        { title: 'value', of: ([, { limit }]) => String(limit ?? 'none'), right: true },
        { title: 'used', of: ([, { used }]) => String(used ?? NONE), right: true },
      ]),
  })
}

async function usage({ by, from, to }: { by: string; from?: string; to?: string }): Promise<void> {
  const query = new URLSearchParams({
    by,
    limit: '500',
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  })
  const { data } = await (await connect()).get<Page<UsageRow>>(`/v1/team/usage?${query.toString()}`)
  show({
    value: data,
    text: () =>
      table(data, [
        { title: by, of: (row) => row.day ?? row.job ?? row.person ?? row.key ?? row.deviceKind ?? NONE, whole: true },
        { title: 'jobs', of: ({ jobs }) => String(jobs), right: true },
        { title: 'device time', of: ({ deviceSeconds }) => duration(deviceSeconds), right: true },
      ]),
  })
}

function scopeList(text: string): string[] {
  const scopes = separated(text)
  if (scopes.length > 0 && scopes.every((scope) => (SCOPES as readonly string[]).includes(scope))) return scopes
  throw new InvalidArgumentError(`The scopes are ${SCOPES.join(', ')}.`)
}

function addMembers(teams: Command): void {
  const group = teams.command('members').description('Members of the team.')
  addListOptions(group.command('list')).description('List the members.').action(members)
  group
    .command('invite <email>')
    .description('Have whoever signs in with an email be a member.')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).default('member'))
    .action(invite)
  group
    .command('role <member> <role>')
    .description(`Give a member another role: ${ROLES.join(', ')}.`)
    .action(setRole)
  group.command('remove <member...>').description('Remove members, and their keys.').action(removeMembers)
}

function addKeys(teams: Command): void {
  const group = teams.command('keys').description('API keys of the team.')
  addListOptions(group.command('list')).description('List the keys.').action(keys)
  group
    .command('create <name>')
    .description('Make a key and print it; it is not shown again.')
    .option('--scopes <scopes>', `with commas between them: ${SCOPES.join(', ')}`, scopeList, ['read', 'write'])
    .option('--days <count>', 'days after which it expires', positive)
    .action(createKey)
  group.command('revoke <key...>').description('Revoke keys: they are refused from then on.').action(revokeKeys)
}

/** `teams …`: the team of the key, over the REST API. Operators have `team`. */
export function addTeamsCommands(program: Command): void {
  const teams = program
    .command('teams')
    .description('the team of the key: members, keys, quota, usage')
    .addHelpText('after', CLIENT_ENVIRONMENT)
  teams.command('show').description('Show the team.').action(showTeam)
  teams.command('rename <name>').description('Give the team another name.').action(rename)
  addMembers(teams)
  addKeys(teams)
  teams.command('quota').description('Each limit of the team, and what is used of it.').action(quota)
  teams
    .command('usage')
    .description('Device time, of the last thirty days by default.')
    .addOption(new Option('--by <what>', 'what it is added up by').choices(DIMENSIONS).default('day'))
    .option('--from <day>', 'first day (UTC), such as 2030-01-31')
    .option('--to <day>', 'last day (UTC)')
    .action(usage)
}
