import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { addClientCommands } from '../../../src/bin/commands/client.ts'
import { addForkCommands } from '../../../src/bin/commands/fork.ts'
import { temporaryFolder } from '../../helpers/archives.ts'
import { commandsAgainst } from '../../helpers/command-against.ts'

const bodies: unknown[] = []

const { calls, run } = commandsAgainst(
  (request, response) => {
    void text(request).then((body) => {
      bodies.push(body === '' ? undefined : JSON.parse(body))
      if (request.url === '/v1/jobs:batch') {
        const { ids } = JSON.parse(body) as { ids: string[] }
        const error = { code: 'not_found', detail: 'There is no job job_gone.' }
        const data = ids.map((id) => ({ id, state: 'queued', error: id === 'job_gone' ? error : null }))
        response.end(JSON.stringify({ data }))
      } else if (request.url?.includes('/diff') === true) {
        const differences = [
          { pointer: '/seed', from: 1, to: 2 },
          { pointer: '/mix', to: { name: 'mixup' } },
        ]
        response.end(
          JSON.stringify({ from: 'job_1', differences: request.url.includes('job_same') ? [] : differences }),
        )
      } else response.end(JSON.stringify({ id: 'job_2', warnings: [], waitingFor: null }))
    })
  },
  addForkCommands,
  addClientCommands,
)
const lastBody = (): unknown => bodies.at(-1)

it('anneal fork sends the changes, the checkpoint and the settings', async () => {
  const flags = [
    '--set',
    '{"seed": 2}',
    '--checkpoint',
    'ckpt_1',
    '--tag',
    'a, b',
    '--priority',
    '-3',
    '--max-run',
    '90m',
  ]
  expect(await run('fork', 'job_1', ...flags, '--after', 'job_0,ds_1@2', '--notes', 'why')).toBe('job_2\n')
  expect(calls).toEqual(['POST /v1/jobs/job_1/fork'])
  expect(lastBody()).toEqual({
    spec: { seed: 2 },
    checkpoint: 'ckpt_1',
    tags: ['a', 'b'],
    priority: -3,
    maxRunSeconds: 5400,
    after: ['job_0', 'ds_1@2'],
    notes: 'why',
  })
  await run('fork', 'job_1', '--continue')
  expect(lastBody()).toEqual({ mode: 'continue' })
  await run('fork', 'job_1', '--set', 'seed=2', '--set', 'optimizer.name=adamw', '--set', 'mix=null')
  expect(lastBody()).toEqual({ spec: { seed: 2, optimizer: { name: 'adamw' }, mix: null } })
})

it('anneal submit sends what is next to the spec', async () => {
  const spec = new URL('../../../examples/first-job/spec.json', import.meta.url).pathname
  await run('submit', spec, '--dataset', 'ds_1', '--deadline', '2030-01-31T18:00:00Z', '--max-wait', '2d')
  expect(lastBody()).toMatchObject({ dataset: 'ds_1', deadline: '2030-01-31T18:00:00Z', maxWaitSeconds: 172_800 })
})

it('anneal submit sets fields over the spec, and reads YAML', async () => {
  const folder = await temporaryFolder()
  try {
    const path = join(folder.path, 'spec.yaml')
    await writeFile(path, 'model: resnet20\nbudget: { steps: 9 }\n')
    const sets = ['budget.epochs=3', 'model.width=4', 'optimizer.name=adamw', '/seed=7'].flatMap((set) => [
      '--set',
      set,
    ])
    await run('submit', path, '--dataset', 'ds_1', ...sets)
    expect(lastBody()).toEqual({
      model: { name: 'resnet20', width: 4 },
      budget: { epochs: 3 },
      optimizer: { name: 'adamw' },
      seed: 7,
      dataset: 'ds_1',
    })
  } finally {
    await folder.remove()
  }
})

it('anneal diff prints a line per field', async () => {
  expect(await run('diff', 'job_2')).toBe('/seed: 1 -> 2\n/mix: absent -> {"name":"mixup"}\n')
  expect(await run('diff', 'job_same', '--from', 'job_1')).toBe('The specs of job_same and job_1 are equal.\n')
  expect(calls.at(-1)).toBe('GET /v1/jobs/job_same/diff?from=job_1')
})

it('anneal tag adds and removes tags of many jobs, and says which could not be tagged', async () => {
  const jobs = Array.from({ length: 150 }, (_, i) => `job_${i}`)
  expect(await run('tag', ...jobs, '--add', 'a,b')).toBe('150 jobs tagged\n')
  expect(calls).toHaveLength(2)
  expect(lastBody()).toEqual({ action: 'tag', ids: jobs.slice(100), tags: ['a', 'b'] })
  await expect(run('tag', 'job_1', 'job_gone', '--remove', 'a')).rejects.toMatchObject({
    message: '1 of 2 jobs could not be tagged.',
  })
  expect(lastBody()).toEqual({ action: 'untag', ids: ['job_1', 'job_gone'], tags: ['a'] })
  await expect(run('tag', 'job_1')).rejects.toMatchObject({ code: 'invalid_request' })
})
