import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { storedText } from '../../src/service/log-resources.ts'
import type { Job } from '../../src/service/resources.ts'
import { anneal } from '../helpers/command-output.ts'
import { eventually, startServiceWithData, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let headers: { authorization: string }
let dataset: string
let spec: string

beforeAll(async () => {
  const made = await startServiceWithData(2, 10)
  service = made.service
  headers = made.headers
  dataset = made.dataset.id
  const url = await service.app.listen({ port: 0, host: '127.0.0.1' })
  vi.stubEnv('ANNEAL_URL', url)
  vi.stubEnv('ANNEAL_API_KEY', headers.authorization.replace('Bearer ', ''))
  spec = join(service.folder, 'spec.json')
  await writeFile(spec, JSON.stringify({ batchSize: 8 }))
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await service.stop()
})

const submit = async (): Promise<string> => (await anneal('submit', spec, '--dataset', dataset)).stdout.trim()

const claimed = async (id: string): Promise<number> => {
  const claim = await eventually(() => service.store.claimJob(id, 600_000))
  return claim.token
}

describe('anneal logs', () => {
  it('prints a log, of an attempt or by a search, as text and as JSON, and follows it to its end', async () => {
    const id = await submit()
    const token = await claimed(id)
    const { teamId } = await service.services.authenticate(headers.authorization.replace('Bearer ', ''))
    const at = Date.now()
    for (const [attempt, text] of [
      [1, 'first try'],
      [2, 'second try'],
    ] as const) {
      const stored = storedText([{ atMs: at, stream: 'stdout', text }])
      await service.store.appendLog(
        { id, kind: 'job', teamId },
        { attempt, firstLine: 0, lines: 1, bytes: stored.length, text: stored },
      )
    }
    const time = new Date(at).toISOString()
    const [first, second] = [`${time} 1 stdout first try\n`, `${time} 2 stdout second try\n`]
    expect(await anneal('logs', id)).toMatchObject({ code: 0, stdout: `${first}${second}` })
    expect((await anneal('logs', id, '--attempt', '2')).stdout).toBe(second)
    expect((await anneal('logs', id, '--search', 'FIRST')).stdout).toBe(first)
    expect(JSON.parse((await anneal('logs', id, '--attempt', '1', '--json')).stdout)).toMatchObject({
      text: 'first try',
    })
    const followed = anneal('logs', '-f', id)
    await service.store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
    expect(await followed).toMatchObject({ code: 0, stdout: `${first}${second}` })
    expect((await anneal('logs', 'job_none')).code).not.toBe(0)
    expect((await anneal('logs', dataset)).stdout).toBe('')
  })
})

describe('anneal runs', () => {
  it('says that there are more than it lists, lists as many as asked for, filters, and prints JSON', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.push(await submit())
    const newest = [...ids].reverse()
    const idsOf = (text: string): string[] => text.split('\n').flatMap((line) => /^job_\w+/.exec(line) ?? [])

    const two = await anneal('runs', '--limit', '2')
    expect(idsOf(two.stdout)).toEqual(newest.slice(0, 2))
    expect(two.stderr).toBe('The first 2 are shown and there are more: --limit <count>, or --all.\n')
    const all = await anneal('runs', '--all')
    expect(idsOf(all.stdout).slice(0, ids.length)).toEqual(newest)
    expect(all.stderr).toBe('')

    await anneal('cancel', ids[1] ?? '')
    expect(idsOf((await anneal('runs', '--state', 'canceled')).stdout)).toEqual([ids[1]])
    expect(idsOf((await anneal('runs', '--state', 'canceled', '--sort', 'created')).stdout)).toEqual([ids[1]])
    expect((await anneal('runs', '--metric', 'accuracy>2')).stdout).toBe('')
    expect((await anneal('runs', '--tag', 'none')).stdout).toBe('')
    const json = await anneal('runs', '--json', '--limit', '3', '--state', 'queued')
    expect((JSON.parse(json.stdout) as Job[]).map(({ id }) => id)).toEqual([newest[0], newest[1], newest[2]])
  })
})

describe('anneal submit --follow', () => {
  const newest = async (): Promise<string | undefined> =>
    (await service.app.inject({ url: '/v1/jobs?limit=1', headers })).json<{ data: Job[] }>().data[0]?.id

  /** Submits and follows, and takes the new job as a worker does. */
  async function followed(): Promise<{ id: string; token: number; made: ReturnType<typeof anneal> }> {
    const before = await newest()
    const made = anneal('submit', spec, '--dataset', dataset, '--follow')
    const id = await eventually(async () => {
      const now = await newest()
      return now === before ? undefined : now
    })
    return { id, token: await claimed(id), made }
  }

  it('prints the id, follows the job to its end, and says how it ended', async () => {
    const { id, token, made } = await followed()
    const { store } = service
    await store.recordJob(id, token, { events: [{ type: 'started', data: { totalSteps: 2 } }], metrics: [] })
    await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
    expect(await made).toMatchObject({ stdout: `${id}\nsucceeded\n`, code: 0 })
  })

  it('fails with the job, and says why', async () => {
    const { id, token, made } = await followed()
    const reason = {
      code: 'out_of_memory',
      fault: 'user',
      detail: 'The step needs more memory.',
      retryable: false,
    } as const
    await service.store.moveJob(id, token, { from: ['starting'], to: 'failed', reason })
    expect(await made).toMatchObject({ stdout: `${id}\nfailed: The step needs more memory.\n`, code: 1 })
  })
})

describe('anneal team', () => {
  it('makes, lists, renames, suspends, resumes and deletes teams, and the audit log says who', async () => {
    vi.stubEnv('DATABASE_URL', service.database.applicationUrl)
    vi.stubEnv('ANNEAL_WORKER_DATABASE_URL', service.database.workerUrl)
    vi.stubEnv('REDIS_URL', service.redis.url)
    vi.stubEnv('ANNEAL_HOME', join(service.folder, 'home'))
    vi.stubEnv('BLOB_URL', pathToFileURL(join(service.folder, 'blobs')).href)
    const key = (await anneal('team', 'create', 'optics', '--owner', 'Kim@Lab.example')).stdout.trim()
    const own = { authorization: `Bearer ${key}` }
    const { id } = (await service.app.inject({ url: '/v1/team', headers: own })).json<{ id: string }>()
    const members = await service.app.inject({ url: '/v1/team/members', headers: own })
    expect(members.json()).toMatchObject({ data: [{ email: 'kim@lab.example', role: 'owner' }] })
    expect((await anneal('team', 'rename', id, 'light')).stdout).toBe(`renamed ${id}\n`)
    const listed = async (): Promise<string | undefined> =>
      (await anneal('team', 'list')).stdout.split('\n').find((line) => line.startsWith(id))
    expect(await listed()).toMatch(/ active +light$/)
    expect(await anneal('team', 'delete', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('suspend') as string,
    })
    await anneal('team', 'suspend', id)
    expect(await listed()).toMatch(/ suspended +light$/)
    expect((await service.app.inject({ url: '/v1/team', headers: own })).json()).toMatchObject({
      code: 'team_suspended',
    })
    await anneal('team', 'resume', id)
    await anneal('team', 'suspend', id)
    expect((await anneal('team', 'delete', id)).stdout).toBe(`deleted ${id}\n`)
    expect(await listed()).toBeUndefined()
    const { data } = await service.services.auditLog(undefined, { limit: 10, resource: id })
    expect(data.map(({ action, actor }) => [action, actor.kind])).toEqual(
      ['deleteTeam', 'suspendTeam', 'resumeTeam', 'suspendTeam', 'renameTeam', 'createTeam'].map((action) => [
        action,
        'host',
      ]),
    )
  })

  it('refuses a name or an email that the API would refuse, and a team that there is not', async () => {
    expect(await anneal('team', 'create', '')).toMatchObject({ code: 2 })
    expect(await anneal('team', 'create', 'x', '--owner', 'nobody')).toMatchObject({
      stderr: expect.stringContaining('must be an email address') as string,
    })
    expect(await anneal('team', 'suspend', 'team_none')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no team team_none') as string,
    })
  })
})

describe('anneal registry', () => {
  it('registers a checkpoint under a name, points an alias at it, and prints its card', async () => {
    const id = await submit()
    const token = await claimed(id)
    const checkpoint = {
      kind: 'best',
      step: 1,
      blobKey: 'b',
      sizeBytes: 1,
      sha256: 'f'.repeat(64),
      metrics: {},
    } as const
    const report = { weights: 'best', accuracy: 0.5 }
    await service.store.recordJob(id, token, { events: [], metrics: [], checkpoint, report })
    expect(await anneal('registry', 'list')).toMatchObject({ stdout: '', code: 0 })
    expect((await anneal('registry', 'register', 'pets', id, '--description', 'first')).stdout).toBe('pets:1\n')
    const [{ id: of = '' } = {}] = await service.store.checkpoints(id)
    expect((await anneal('registry', 'register', 'pets', of)).stdout).toBe('pets:2\n')
    const promoted = await anneal('registry', 'promote', 'pets:2', 'champion', '--reason', 'it is newer')
    expect(promoted.stdout).toBe('pets@champion: none -> 2\n')
    expect((await anneal('registry', 'list')).stdout.split('\n')[1]).toMatch(/^pets +2 {2}champion=2 /)
    expect((await anneal('registry', 'versions', 'pets', '--quiet')).stdout).toBe('pets:2\npets:1\n')
    const [, newest] = (await anneal('registry', 'versions', 'pets')).stdout.trim().split('\n')
    expect(newest).toMatch(new RegExp(`^ +2  \\S+ \\S+  ${of}  +50.00 %  champion  `))
    expect((await anneal('registry', 'card', 'pets:1')).stdout).toContain('# Model card: pets, version 1')
    expect(await anneal('registry', 'promote', 'pets@champion', 'x', '--reason', 'r')).toMatchObject({ code: 2 })
    expect((await anneal('registry', 'promote', 'pets:9', 'x', '--reason', 'r')).stderr).toContain('no version pets:9')
  })
})
