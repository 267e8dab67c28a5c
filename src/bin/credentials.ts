import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Services } from '../service/services.ts'

export interface Credentials {
  url: string
  key: string
}

const credentialsFile = (home: string): string => join(home, 'credentials.json')

/** The API key of this installation's first team, made at the first start, with the address at which the service listens. */
export async function firstCredentials(config: Config, services: Services): Promise<Credentials & { path: string }> {
  const path = credentialsFile(config.home)
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${config.port}`
  const known = await readCredentials(config.home)
  const key = known?.key ?? (await services.createTeam('default')).secret
  await writeFile(`${path}.partial`, JSON.stringify({ url, key }), { mode: 0o600 })
  await rename(`${path}.partial`, path)
  return { url, key, path }
}

export async function readCredentials(home: string): Promise<Credentials | undefined> {
  try {
    return JSON.parse(await readFile(credentialsFile(home), 'utf8')) as Credentials
  } catch {
    return undefined
  }
}
