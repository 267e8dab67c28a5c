import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { AppError } from '../errors.ts'
import { suggestion } from '../job-spec/suggestion.ts'
import { reasonOf } from './failure.ts'

/** A service, and the key by which it is called. */
export interface Profile {
  url: string
  key: string
}

export interface Profiles {
  /** The one that is taken where none is named. */
  current: string | null
  profiles: Record<string, Profile>
}

export const DEFAULT_PROFILE = 'default'
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** `anneal/config.json` where XDG_CONFIG_HOME, or ~/.config, says. The specification has a relative path ignored. */
export function profilesFile(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CONFIG_HOME: given = '' } = environment
  return join(isAbsolute(given) ? given : join(homedir(), '.config'), 'anneal', 'config.json')
}

/** @throws AppError `invalid_request` for a name that a shell or a file would mind */
export function requireProfileName(name: string): string {
  if (NAME.test(name)) return name
  throw new AppError(
    'invalid_request',
    `${JSON.stringify(name.slice(0, 100))} is no name of a profile: letters, digits, dots, hyphens and underscores, 64 at most.`,
  )
}

/** The saved profiles; none where nobody has logged in. @throws AppError `config_invalid` for a file that is not ours */
export async function readProfiles(path: string): Promise<Profiles> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return { current: null, profiles: {} }
    throw new AppError('config_invalid', reasonOf(cause, path), { cause })
  }
  const { current, profiles } = parsed(text)
  if (!isRecord(profiles))
    throw new AppError('config_invalid', `${path} is not what \`anneal login\` writes; remove it, and log in again.`)
  const valid = Object.entries(profiles).filter((entry): entry is [string, Profile] => isProfile(entry[1]))
  return { current: typeof current === 'string' ? current : null, profiles: Object.fromEntries(valid) }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isProfile = (value: unknown): value is Profile =>
  isRecord(value) && typeof value['url'] === 'string' && typeof value['key'] === 'string'

/** Writes them whole, for the user's eyes alone. */
export async function writeProfiles(path: string, profiles: Profiles): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const partial = `${path}.${process.pid}.partial`
  try {
    const file = await open(partial, 'w', 0o600)
    await file.writeFile(`${JSON.stringify(profiles, null, 2)}\n`).finally(() => file.close())
    await chmod(partial, 0o600)
    await rename(partial, path)
  } finally {
    await rm(partial, { force: true })
  }
}

/** @throws AppError `config_invalid` for a profile that there is not, with those that there are */
export function profileOf({ profiles }: Profiles, name: string): Profile {
  const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (found !== undefined) return found
  const names = Object.keys(profiles)
  const near = suggestion(name, names)
  const hint =
    near === undefined
      ? names.length === 0
        ? '`anneal login --profile NAME` makes one.'
        : `There are ${names.join(', ')}.`
      : `Did you mean ${near}?`
  throw new AppError('config_invalid', `There is no profile ${JSON.stringify(name.slice(0, 100))}. ${hint}`)
}
