import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { Job } from '../../src/service/resources.ts'
import { anneal } from '../helpers/command-output.ts'
import { eventually, startServiceWithData, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let url: string
let key: string
let dataset: string
let job: string

beforeAll(async () => {
  const made = await startServiceWithData(2, 10)
  service = made.service
  dataset = made.dataset.id
  key = made.headers.authorization.replace('Bearer ', '')
  url = await service.app.listen({ port: 0, host: '127.0.0.1' })
  vi.stubEnv('ANNEAL_HOME', join(service.folder, 'home'))
  vi.stubEnv('XDG_CONFIG_HOME', join(service.folder, 'config'))
  vi.stubEnv('ANNEAL_API_KEY', key)
  const { stderr } = await anneal('login', url)
  expect(stderr).toBe('')
  vi.stubEnv('ANNEAL_API_KEY', undefined)
  const sent = await service.app.inject({
    method: 'POST',
    url: '/v1/jobs',
    headers: made.headers,
    payload: { dataset, batchSize: 8, name: 'first' },
  })
  job = sent.json<Job>().id
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await service.stop()
})

const json = async (...words: string[]): Promise<unknown> => JSON.parse((await anneal(...words, '--json')).stdout)

it('login saves what later commands take, whoami says who it is, and logout forgets it', async () => {
  const file = join(service.folder, 'config/anneal/config.json')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await json('whoami')).toMatchObject({
    url,
    source: 'profile default',
    team: { id: expect.any(String) as string },
  })
  vi.stubEnv('ANNEAL_API_KEY', 'ak_wrong')
  expect(await anneal('login', url, '--profile', 'other')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('refuses the key') as string,
  })
  vi.stubEnv('ANNEAL_API_KEY', key)
  expect((await anneal('login', url, '--profile', 'other', '-q')).stdout).toBe('other\n')
  vi.stubEnv('ANNEAL_API_KEY', undefined)
  expect(await json('profiles')).toEqual([
    { name: 'default', url, current: false },
    { name: 'other', url, current: true },
  ])
  expect((await anneal('profiles', 'use', 'default')).stdout).toBe(`default: ${url}\n`)
  expect((await anneal('logout', '--profile', 'other')).stdout).toBe('removed profile other\n')
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ current: 'default', profiles: { default: { url, key } } })
  expect((await anneal('jobs', 'list', '--profile', 'other')).stderr).toContain('no profile "other"')
})

it('jobs list, show, explain and act; ids alone with --quiet, and to complete', async () => {
  expect((await anneal('jobs', 'list')).stdout).toMatch(new RegExp(`^ID .*\\n${job}  queued .* first\\n$`))
  expect((await anneal('jobs', 'list', '-q')).stdout).toBe(`${job}\n`)
  expect((await anneal('completion', 'ids', 'jobs')).stdout).toBe(`${job}\n`)
  expect((await anneal('jobs', 'show', job)).stdout).toMatch(/^id +job_\w+\nname +first\nstate +queued\n/)
  expect(await json('jobs', 'show', job, '--spec')).toMatchObject({ batchSize: 8 })
  expect(await json('jobs', 'explain', job)).toMatchObject({ job, state: 'queued' })
  expect((await anneal('jobs', 'attempts', job)).stdout).toBe('')
  expect((await anneal('jobs', 'pause', job)).stdout).toBe('paused\n')
  expect(await json('resume', job)).toMatchObject({ id: job, state: 'queued' })
  expect((await anneal('open', job)).stdout).toBe(`${url}/jobs/${job}\n`)
  expect((await anneal('open', 'pets@champion')).stdout).toBe(`${url}/models/pets\n`)
})

it('metrics and checkpoints of a job', async () => {
  const { token } = await eventually(() => service.store.claimJob(job, 600_000))
  const metrics = [
    { key: 'train/loss', step: 1, value: 2 },
    { key: 'val/accuracy', step: 1, value: 0.5 },
    { key: 'train/loss', step: 2, value: 1 },
  ]
  await service.store.recordJob(job, token, { events: [], metrics })
  expect((await anneal('metrics', job)).stdout).toMatch(/train\/loss +2 +1 +1 +2\n/)
  expect((await anneal('metrics', job, '--keys', 'val/accuracy', '--csv')).stdout).toBe(
    'key,step,value\nval/accuracy,1,0.5\n',
  )
  expect(await json('jobs', 'metrics', job, '--keys', 'train/loss')).toEqual([
    {
      key: 'train/loss',
      points: [
        [1, 2],
        [2, 1],
      ],
    },
  ])
  expect((await anneal('metrics', job, '--keys', 'lost')).code).toBe(1)
  expect(await anneal('checkpoints', 'list', job)).toMatchObject({ code: 0, stdout: '' })
  const none = await anneal('checkpoints', 'download', job, '--out', join(service.folder, 'none.safetensors'))
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('checkpoint') as string })
})

it('datasets list, show, rename, count and export', async () => {
  expect((await anneal('datasets', 'list', '-q')).stdout).toBe(`${dataset}\n`)
  expect((await anneal('datasets', 'rename', dataset, 'pets')).stdout).toBe(`renamed ${dataset}\n`)
  expect((await anneal('datasets', 'show', dataset)).stdout).toMatch(/\nname +pets\nstate +ready\n/)
  expect((await anneal('datasets', 'versions', dataset, '-q')).stdout).toBe(`${dataset}@1\n`)
  expect((await anneal('datasets', 'report', dataset)).stdout).toContain('images in 2 classes')
  expect(await json('datasets', 'items', dataset, '--limit', '3')).toHaveLength(3)
  const out = join(service.folder, 'export.zip')
  expect((await anneal('datasets', 'export', dataset, '--out', out, '-q')).stdout).toBe(`${out}\n`)
  expect((await readFile(out)).subarray(0, 2).toString()).toBe('PK')
  expect(await anneal('datasets', 'show', 'ds_none')).toMatchObject({ code: 1, stdout: '' })
})

it('teams show the team, its members, keys and limits', async () => {
  const secret = (await anneal('teams', 'keys', 'create', 'ci', '--scopes', 'read', '--days', '3', '-q')).stdout.trim()
  expect(secret).toMatch(/^\S+$/)
  expect((await anneal('teams', 'keys', 'list')).stdout).toMatch(/ ci\n/)
  expect((await anneal('teams', 'members', 'invite', 'kim@lab.example', '--role', 'viewer')).stdout).toMatch(/^mem_/)
  expect((await anneal('teams', 'members', 'list')).stdout).toContain('kim@lab.example')
  expect((await anneal('teams', 'rename', 'optics')).code).toBe(0)
  expect(await json('teams', 'show')).toMatchObject({ name: 'optics' })
  expect((await anneal('teams', 'quota')).stdout).toMatch(/runningJobs/)
  expect((await anneal('teams', 'usage')).code).toBe(0)
})
