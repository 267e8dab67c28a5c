import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { Client } from '../../client/client.ts'
import { ApiError } from '../../client/api-error.ts'
import { AppError } from '../../errors.ts'
import type { Team } from '../../service/resources.ts'
import { CLIENT_ENVIRONMENT, findConnection, requireConnection, requireKey, requireUrl } from '../connect.ts'
import { invocation } from '../invocation.ts'
import { note, show } from '../print.ts'
import {
  DEFAULT_PROFILE,
  profileOf,
  profilesFile,
  readProfiles,
  requireProfileName,
  writeProfiles,
  type Profiles,
} from '../profiles.ts'
import { NONE } from '../shown.ts'
import { fields, table } from '../table.ts'

const namedProfile = (): string | undefined => {
  const name = invocation.profile ?? process.env['ANNEAL_PROFILE']
  return name === '' ? undefined : name
}

/** Asks on the terminal; what is typed is not shown where it is `secret`. @throws AppError `invalid_request` where there is none */
async function ask(question: string, { secret, instead }: { secret: boolean; instead: string }): Promise<string> {
  if (!process.stdin.isTTY) throw new AppError('invalid_request', `Nobody can be asked for it here: ${instead}.`)
  const { askOnTerminal } = await import('../ask.ts')
  return (await askOnTerminal(question, { secret })).trim()
}

async function login(address: string | undefined, { keyStdin = false }: { keyStdin?: boolean }): Promise<void> {
  const name = requireProfileName(namedProfile() ?? DEFAULT_PROFILE)
  const file = profilesFile()
  const saved = await readProfiles(file)
  const known = address ?? process.env['ANNEAL_URL']
  const url = requireUrl(
    known ?? (await ask('Address of the service: ', { secret: false, instead: 'give the address of the service' })),
  )
  const given = keyStdin ? (await text(process.stdin)).trim() : process.env['ANNEAL_API_KEY']
  const key = requireKey(
    given ?? (await ask('API key: ', { secret: true, instead: 'give the key as ANNEAL_API_KEY, or with --key-stdin' })),
  )
  const team = await teamOf({ url, key })
  await writeProfiles(file, { current: name, profiles: { ...saved.profiles, [name]: { url, key } } })
  show({
    value: { profile: name, url, team, file },
    text: `Logged in to ${url} as team ${team.name}; profile ${name} in ${file}.\n`,
    ids: [name],
  })
}

/** @throws AppError `unauthorized` for a key that the service refuses */
async function teamOf(connection: { url: string; key: string }): Promise<Team> {
  try {
    return await new Client(connection).get<Team>('/v1/team')
  } catch (error) {
    if (error instanceof ApiError && error.status === 401)
      throw new AppError('unauthorized', `${connection.url} refuses the key: ${error.message}`, { cause: error })
    throw error
  }
}

async function logout({ all = false }: { all?: boolean }): Promise<void> {
  const file = profilesFile()
  const saved = await readProfiles(file)
  const name = namedProfile() ?? saved.current
  const left = all ? [] : Object.entries(saved.profiles).filter(([one]) => one !== name)
  const removed = Object.keys(saved.profiles).filter((one) => !left.some(([kept]) => kept === one))
  if (name !== null && !all) profileOf(saved, name)
  if (removed.length === 0) {
    show({ value: { removed }, text: 'Nobody is logged in.\n' })
    return
  }
  const kept: Profiles = {
    current: saved.current === name || all ? null : saved.current,
    profiles: Object.fromEntries(left),
  }
  await writeProfiles(file, kept)
  show({ value: { removed }, text: removed.map((one) => `removed profile ${one}\n`).join(''), ids: removed })
  if (kept.current === null && left.length > 0) note('Choose another one: anneal profiles use NAME.')
}

async function whoami(): Promise<void> {
  const connection = await requireConnection()
  const team = await teamOf(connection)
  show({
    value: { url: connection.url, source: connection.source, team },
    text: () => fields({ service: connection.url, team: `${team.name} (${team.id})`, 'known from': connection.source }),
    ids: [team.id],
  })
}

async function listProfiles(): Promise<void> {
  const { current, profiles } = await readProfiles(profilesFile())
  const taken = (await findConnection().catch(() => undefined))?.source
  const rows = Object.entries(profiles).map(([name, { url }]) => ({ name, url, current: name === current }))
  show({
    value: rows,
    text: () =>
      rows.length === 0
        ? 'Nobody is logged in; `anneal login` makes a profile.\n'
        : table(rows, [
            { title: 'profile', of: ({ name }) => name, whole: true },
            { title: 'service', of: ({ url }) => url, whole: true },
            {
              title: 'current',
              of: (row) => (row.current ? 'yes' : NONE),
              style: (row) => (row.current ? 'green' : undefined),
            },
          ]),
    ids: rows.map(({ name }) => name),
  })
  if (taken !== undefined && !taken.startsWith('profile ')) note(`Calls go by ${taken}, which wins over profiles.`)
}

async function useProfile(name: string): Promise<void> {
  const file = profilesFile()
  const saved = await readProfiles(file)
  const { url } = profileOf(saved, name)
  await writeProfiles(file, { ...saved, current: name })
  show({ value: { profile: name, url }, text: `${name}: ${url}\n`, ids: [name] })
}

/** `login`, `logout`, `whoami`, `profiles`: which service is called, and as whom. */
export function addLoginCommands(program: Command): void {
  const profiles = program
    .command('profiles')
    .description('List the saved profiles; `use` makes one the current.')
    .option('--json', 'print JSON')
    .action(listProfiles)
  profiles.command('use <profile>').description('Take a profile where none is named.').action(useProfile)
  const commands = [
    program
      .command('login [url]')
      .description(
        'Save the address of a service and an API key as a profile, which later commands take. The key is asked for, or ANNEAL_API_KEY; it is tried before it is saved.',
      )
      .option('--key-stdin', 'read the key from standard input')
      .action(login),
    program
      .command('logout')
      .description('Forget a profile: the current one, or that of --profile.')
      .option('--all', 'all of them')
      .action(logout),
    program
      .command('whoami')
      .description('Say which service is called, as which team, and what says so.')
      .action(whoami),
    profiles,
  ]
  for (const command of commands) command.addHelpText('after', CLIENT_ENVIRONMENT)
}
