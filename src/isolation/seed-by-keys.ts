import { AppError } from '../errors.ts'
import { newId } from '../service/ids.ts'
import { ROLES, SCOPES_OF_ROLE } from '../service/people-resources.ts'
import type { Seed } from './seed.ts'

/** Lists whose newest row the first team lends, by the table that it is of. */
const LISTS = {
  DatasetVersion: 'datasets',
  Job: 'jobs',
  Sweep: 'sweeps',
  Policy: 'policies',
  Webhook: 'webhooks',
  Member: 'team/members',
} as const

/**
 * What a service has of two teams already, for who has a key of each and no database: the newest data set, job, checkpoint, sweep and policy of the
 * first, an upload and a key that are made for the check, and a key of the other team for each role.
 * @throws AppError `invalid_request` where a key has not the scope `admin`
 */
export async function seedByKeys(url: string, first: string, other: string): Promise<Seed> {
  const canary = `canary${newId('x', Date.now()).slice(2)}`
  const ids: Record<string, string> = {}
  const names: Record<string, string> = {}
  const made: [string, string][] = []
  const makeKey = async (
    by: string,
    name: string,
    scopes: readonly string[],
  ): Promise<{ id: string; secret: string }> => {
    const key = await post<{ id: string; secret: string }>(`${url}/v1/api-keys`, by, { name, scopes })
    made.push([`${url}/v1/api-keys/${key.id}`, by])
    return key
  }
  const remove = async (): Promise<void> => {
    for (const [address, key] of made) await fetch(address, { method: 'DELETE', headers: { ...bearer(key), ...TUS } })
  }
  try {
    ids['Team'] = (await read<{ id: string }>(`${url}/v1/team`, first)).id
    const { id: teamId, name } = await read<{ id: string; name: string }>(`${url}/v1/team`, other)
    if (teamId === ids['Team'])
      throw new AppError('invalid_request', 'Both keys are of one team; --other-key must be of another.')
    ids['ApiKey'] = (await makeKey(first, canary, ['read'])).id
    for (const [table, list] of Object.entries(LISTS)) {
      const { data } = await read<{ data: { id?: string; name: string }[] }>(`${url}/v1/${list}?limit=1`, first)
      if (data[0] === undefined) continue
      names[table] = data[0].name
      ids[table] = data[0].id ?? data[0].name
    }
    if (ids['Job'] !== undefined) {
      const { data } = await read<{ data: { id: string }[] }>(`${url}/v1/jobs/${ids['Job']}/checkpoints`, first)
      if (data[0] !== undefined) ids['Checkpoint'] = data[0].id
    }
    const metadata = `name ${Buffer.from(canary).toString('base64')}`
    const headers = { ...bearer(first), ...TUS, 'upload-length': '1', 'upload-metadata': metadata }
    const { headers: answered } = await fetch(`${url}/v1/uploads`, { method: 'POST', headers })
    ids['Upload'] = answered.get('location')?.split('/').at(-1) ?? ''
    made.push([`${url}/v1/uploads/${ids['Upload']}`, first])
    const keys: Record<string, string> = {}
    for (const role of ROLES) keys[role] = (await makeKey(other, role, SCOPES_OF_ROLE[role])).secret
    const datasetId = ids['DatasetVersion'] ?? newId('ds', Date.now())
    return {
      canary,
      first: { teamId: ids['Team'], key: first, ids, names, datasetId },
      other: { teamId, name, keys },
      remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

const TUS = { 'tus-resumable': '1.0.0' }
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` })

async function read<T>(address: string, key: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(address, { ...init, headers: { ...bearer(key), ...init.headers } })
  if (!response.ok)
    throw new AppError(
      'invalid_request',
      `${new URL(address).pathname} answers ${response.status} to one of the keys: each must be of a team's owner, with the scopes ${SCOPES_OF_ROLE.owner.join(', ')}.`,
    )
  return (await response.json()) as T
}

const post = <T>(address: string, key: string, body: object): Promise<T> =>
  read<T>(address, key, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
