import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Command } from 'commander'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { addDeleteCommand } from '../../../src/bin/commands/delete.ts'

let server: Server
const calls: string[] = []
const gone = /^\/v1\/(jobs|trash)\/job_gone|^\/v1\/jobs\/job_thrown/

beforeAll(async () => {
  server = createServer(({ method, url }, response) => {
    calls.push(`${method} ${url}`)
    if (gone.test(url ?? ''))
      response.writeHead(404).end(JSON.stringify({ code: 'not_found', detail: 'There is no job job_gone.' }))
    else response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  vi.stubEnv('ANNEAL_URL', `http://127.0.0.1:${port}`)
  vi.stubEnv('ANNEAL_API_KEY', 'ak_test')
})
afterAll(() => {
  vi.unstubAllEnvs()
  server.close()
})
beforeEach(() => void calls.splice(0))

async function run(...ids: string[]): Promise<string> {
  const printed: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text))
    return true
  })
  const program = new Command()
  addDeleteCommand(program)
  try {
    await program.parseAsync(['delete', ...ids], { from: 'user' })
  } finally {
    write.mockRestore()
  }
  return printed.join('')
}

it('anneal delete knows what an id is of', async () => {
  expect(await run('job_1', 'sweep_2', 'ckpt_3', 'ds_4', 'ds_4@2')).toBe(
    'deleted job_1\ndeleted sweep_2\ndeleted ckpt_3\ndeleted ds_4\ndeleted ds_4@2\n',
  )
  expect(calls).toEqual([
    ...['DELETE /v1/jobs/job_1', 'DELETE /v1/sweeps/sweep_2', 'DELETE /v1/checkpoints/ckpt_3'],
    'DELETE /v1/datasets/ds_4',
    'DELETE /v1/datasets/ds_4@2',
  ])
})

it('anneal delete --permanent deletes at once, also what is in the trash', async () => {
  expect(await run('--permanent', 'job_1:report', 'job_thrown')).toBe('deleted job_1:report\ndeleted job_thrown\n')
  expect(calls).toEqual([
    'DELETE /v1/jobs/job_1/artifacts/report?permanent=true',
    'DELETE /v1/jobs/job_thrown?permanent=true',
    'DELETE /v1/trash/job_thrown',
  ])
})

it.each([
  'nonsense',
  'team_1',
  'job_../datasets/ds_1',
  'JOB_1',
  'job_',
  'constructor_1',
  'job_1@2',
  'job_1:',
  'job_1:a/b',
  'ds_1@0',
  'ds_1@',
])('anneal delete asks for nothing to be deleted when one of the ids is %s', async (id) => {
  await expect(run('job_1', id)).rejects.toMatchObject({ code: 'invalid_request' })
  expect(calls).toEqual([])
})

it('anneal delete says what is not there', async () => {
  await expect(run('job_gone')).rejects.toMatchObject({ code: 'not_found', message: 'There is no job job_gone.' })
})
