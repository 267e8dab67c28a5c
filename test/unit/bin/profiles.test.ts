import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findConnection, requireConnection } from '../../../src/bin/connect.ts'
import { invoke } from '../../../src/bin/invocation.ts'
import { profilesFile, readProfiles, requireProfileName, writeProfiles } from '../../../src/bin/profiles.ts'
import { temporaryFolder } from '../../helpers/archives.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let environment: Record<string, string>

const PROFILES = {
  current: 'work',
  profiles: {
    work: { url: 'https://work.example', key: 'ak_work' },
    home: { url: 'http://127.0.0.1:8080', key: 'ak_home' },
  },
}

beforeEach(async () => {
  folder = await temporaryFolder()
  environment = { XDG_CONFIG_HOME: join(folder.path, 'config') }
  await writeProfiles(profilesFile(environment), PROFILES)
})
afterEach(async () => {
  invoke({})
  await folder.remove()
})

/** What `anneal serve` leaves in its home. */
async function served(): Promise<string> {
  const home = join(folder.path, 'served')
  await mkdir(home)
  await writeFile(join(home, 'credentials.json'), JSON.stringify({ url: 'http://127.0.0.1:9090', key: 'ak_served' }))
  return home
}

describe('the file of profiles', () => {
  it('is for its owner alone, also where it was not', async () => {
    const path = profilesFile(environment)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await chmod(path, 0o644)
    await writeProfiles(path, PROFILES)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readProfiles(path)).toEqual(PROFILES)
    expect(await readFile(path, 'utf8')).toMatch(/\n$/)
  })

  it('lies where XDG_CONFIG_HOME says, if that is a whole path', () => {
    expect(profilesFile({ XDG_CONFIG_HOME: '/etc/me' })).toBe('/etc/me/anneal/config.json')
    for (const XDG_CONFIG_HOME of ['', 'relative'])
      expect(profilesFile({ XDG_CONFIG_HOME })).toMatch(/\/\.config\/anneal\/config\.json$/)
  })

  it('may be missing, and is refused where it is something else', async () => {
    expect(await readProfiles(join(folder.path, 'none.json'))).toEqual({ current: null, profiles: {} })
    await writeFile(profilesFile(environment), '{"key')
    await expect(readProfiles(profilesFile(environment))).rejects.toMatchObject({ code: 'config_invalid' })
  })

  it.each(['', '../x', 'a b', '-x', 'x'.repeat(65)])('has no profile of the name %j', (name) => {
    expect(() => requireProfileName(name)).toThrow(/no name of a profile/)
  })
})

describe('the service that is called', () => {
  it('is that of the current profile', async () => {
    expect(await findConnection(environment)).toEqual({ ...PROFILES.profiles.work, source: 'profile work' })
  })

  it('is that of ANNEAL_PROFILE, or of --profile, which wins', async () => {
    expect(await findConnection({ ...environment, ANNEAL_PROFILE: 'home' })).toMatchObject({ key: 'ak_home' })
    invoke({ profile: 'work' })
    expect(await findConnection({ ...environment, ANNEAL_PROFILE: 'home' })).toMatchObject({ key: 'ak_work' })
    invoke({ profile: 'wrok' })
    await expect(findConnection(environment)).rejects.toThrow(/no profile "wrok". Did you mean work\?/)
  })

  it('is that of an ANNEAL_HOME that is set, but for a profile that is named', async () => {
    const ANNEAL_HOME = await served()
    expect(await findConnection({ ...environment, ANNEAL_HOME })).toMatchObject({ key: 'ak_served' })
    expect(await findConnection({ ...environment, ANNEAL_HOME, ANNEAL_PROFILE: 'home' })).toMatchObject({
      key: 'ak_home',
    })
  })

  it('is that of ANNEAL_URL and ANNEAL_API_KEY before all others', async () => {
    const variables = { ANNEAL_URL: 'https://other.example/', ANNEAL_API_KEY: 'ak_other' }
    invoke({ profile: 'home' })
    expect(await requireConnection({ ...environment, ...variables })).toMatchObject({
      url: 'https://other.example',
      key: 'ak_other',
    })
    expect(await findConnection({ ...environment, ANNEAL_API_KEY: 'ak_other' })).toMatchObject({
      url: 'http://127.0.0.1:8080',
      key: 'ak_other',
    })
  })

  it('gets the key of a profile only where it is that profile’s', async () => {
    expect(await findConnection({ ...environment, ANNEAL_URL: 'https://work.example/' })).toMatchObject({
      key: 'ak_work',
    })
    const elsewhere = { ...environment, ANNEAL_URL: 'https://evil.example' }
    expect(await findConnection(elsewhere)).toBeUndefined()
    await expect(requireConnection(elsewhere)).rejects.toThrow(/no key is known; set ANNEAL_API_KEY/)
    const local = { ...environment, ANNEAL_PROFILE: 'home', ANNEAL_URL: 'http://localhost:8080' }
    expect(await findConnection(local)).toMatchObject({ key: 'ak_home' })
    expect(await findConnection({ ...local, ANNEAL_URL: 'http://localhost:8081' })).toBeUndefined()
  })

  it('has an http address and a key that can be sent', async () => {
    const variables = { ANNEAL_URL: 'postgres://x', ANNEAL_API_KEY: 'ak_x' }
    await expect(requireConnection({ ...environment, ...variables })).rejects.toThrow(
      /an http or https URL is expected/,
    )
    const key = { ANNEAL_URL: 'http://x', ANNEAL_API_KEY: 'ak x' }
    await expect(requireConnection({ ...environment, ...key })).rejects.toThrow(/characters that no API key has/)
  })
})
