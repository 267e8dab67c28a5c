import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Services } from '../service/services.ts'

export interface Credentials {
  url: string
  key: string
}

const credentialsFile = (home: string): string => join(home, 'credentials.json')

/** The API key of this installation's first team, made at the first start. */
export async function firstCredentials(config: Config, services: Services, url: string): Promise<Credentials> {
  const known = await readCredentials(config.home)
  const key = known?.key ?? (await services.createTeam('default')).secret
  await writeFile(credentialsFile(config.home), JSON.stringify({ url, key }), { mode: 0o600 })
  return { url, key }
}

export async function readCredentials(home: string): Promise<Credentials | undefined> {
  try {
    return JSON.parse(await readFile(credentialsFile(home), 'utf8')) as Credentials
  } catch {
    return undefined
  }
}
