import { expect, it } from 'vitest'
import { addDeleteCommand } from '../../../src/bin/commands/delete.ts'
import { commandsAgainst } from '../../helpers/command-against.ts'

const gone = /^\/v1\/(jobs|trash)\/job_gone|^\/v1\/jobs\/job_thrown/

const { calls, run: runCommand } = commandsAgainst(({ url }, response) => {
  if (gone.test(url ?? ''))
    response.writeHead(404).end(JSON.stringify({ code: 'not_found', detail: 'There is no job job_gone.' }))
  else response.writeHead(204).end()
}, addDeleteCommand)
const run = (...ids: string[]): Promise<string> => runCommand('delete', ...ids)

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
