import { Client } from '../client/client.ts'
import { readConfig } from '../config.ts'
import { AppError } from '../errors.ts'
import { readCredentials } from './credentials.ts'
import { invocation } from './invocation.ts'
import { profileOf, profilesFile, readProfiles, type Profile } from './profiles.ts'

export const CLIENT_ENVIRONMENT = `
Environment:
  ANNEAL_URL      address of the service, such as https://anneal.example.com
  ANNEAL_API_KEY  API key of your team
  ANNEAL_PROFILE  the profile of \`anneal login\` to take
Without them, the profile that was logged in to last; where \`anneal serve\` runs, its ANNEAL_HOME (.anneal).`

/** Address and key of a service, and what said so. */
export interface Connection extends Profile {
  source: string
}

type Environment = Readonly<Record<string, string | undefined>>

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether two addresses are of one service: a key is shown to none but its own. */
function sameService(a: string, b: string): boolean {
  const origin = (text: string): string | undefined => {
    if (!URL.canParse(text)) return undefined
    const { protocol, hostname, host, port } = new URL(text)
    return `${protocol}//${LOOPBACK.has(hostname) ? `loopback:${port}` : host}`
  }
  return origin(a) === origin(b)
}

/**
 * The service to call. The variables ANNEAL_URL and ANNEAL_API_KEY win, then comes the profile of `--profile` or ANNEAL_PROFILE, the service of
 * ANNEAL_HOME where that variable is set, the current profile, and the service of ./.anneal. Undefined where there is none of them.
 */
export async function findConnection(environment: Environment = process.env): Promise<Connection | undefined> {
  const { ANNEAL_URL: url, ANNEAL_API_KEY: key } = environment
  const saved = url !== undefined && key !== undefined ? undefined : await savedConnection(environment)
  if (url === undefined && key === undefined) return saved
  if (key !== undefined) {
    const at = url ?? saved?.url
    return at === undefined ? undefined : { url: at, key, source: url === undefined ? 'ANNEAL_API_KEY' : 'ANNEAL_URL' }
  }
  if (url === undefined || saved === undefined || !sameService(url, saved.url)) return undefined
  return { url, key: saved.key, source: `ANNEAL_URL, with the key of ${saved.source}` }
}

async function savedConnection(environment: Environment): Promise<Connection | undefined> {
  const saved = await readProfiles(profilesFile(environment))
  const named = invocation.profile ?? environment['ANNEAL_PROFILE']
  if (named !== undefined && named !== '') return { ...profileOf(saved, named), source: `profile ${named}` }
  const { home } = readConfig(environment)
  const own = await readCredentials(home)
  const ofHome = own === undefined ? undefined : { ...own, source: home }
  if (ofHome !== undefined && environment['ANNEAL_HOME'] !== undefined) return ofHome
  if (saved.current === null) return ofHome
  return { ...profileOf(saved, saved.current), source: `profile ${saved.current}` }
}

/** @throws AppError `unauthorized` where there is no service to call, `config_invalid` for what is no address or key */
export async function requireConnection(environment: Environment = process.env): Promise<Connection> {
  const found = await findConnection(environment)
  if (found === undefined)
    throw new AppError(
      'unauthorized',
      environment['ANNEAL_URL'] === undefined
        ? 'No service is known: `anneal login` saves one, ANNEAL_URL and ANNEAL_API_KEY name one, and where `anneal serve` runs it is found.'
        : 'ANNEAL_URL names a service of which no key is known; set ANNEAL_API_KEY, or log in with `anneal login`.',
    )
  return { ...found, url: requireUrl(found.url), key: requireKey(found.key) }
}

/** @throws AppError `config_invalid` */
export function requireUrl(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/(?<!\/)\/+$/, '')
  throw new AppError(
    'config_invalid',
    `The address of the service is ${JSON.stringify(url)}; an http or https URL is expected.`,
  )
}

/** @throws AppError `config_invalid` */
export function requireKey(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw new AppError('config_invalid', 'The API key (ANNEAL_API_KEY) has characters that no API key has.')
}

/** The client of the service to call. */
export async function connect(): Promise<Client> {
  return new Client(await requireConnection())
}
