import { expect, it } from 'vitest'
import { addStorageCommand } from '../../../src/bin/commands/storage.ts'
import { addTrashCommands } from '../../../src/bin/commands/trash.ts'
import { commandsAgainst } from '../../helpers/command-against.ts'

const entry = { id: 'job_1', type: 'job', name: 'a\u001b[31m', sizeBytes: 3210, deletedAt: '2027-01-01T00:00:00Z' }
const answers: Readonly<Record<string, object>> = {
  '/v1/trash?limit=500': { data: [{ ...entry, purgeAt: '2027-01-31T00:00:00Z' }], nextCursor: 'Mg' },
  '/v1/trash?limit=500&after=Mg': {
    data: [{ ...entry, id: 'ds_2', type: 'dataset', name: 'b', sizeBytes: 12, purgeAt: '2027-01-31T00:00:00Z' }],
    nextCursor: null,
  },
  '/v1/team/storage?by=person&limit=500': {
    data: [
      { id: 'ada@lab.example', name: null, items: 2, sizeBytes: 5e9, trashBytes: 1e6 },
      { id: null, name: null, items: 1, sizeBytes: 0, trashBytes: 0 },
    ],
    nextCursor: null,
  },
}

const { calls, run } = commandsAgainst(
  ({ url = '' }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers[url] ?? {}))
  },
  addTrashCommands,
  addStorageCommand,
)

it('anneal trash lists every page, with nothing that a terminal would obey', async () => {
  const lines = (await run('trash')).split('\n')
  expect(lines).toHaveLength(4)
  expect(lines[0]).toMatch(/^ID +TYPE +SIZE +UNTIL +NAME$/)
  expect(lines[1]).toMatch(/^job_1 {2}job .* 3\.21 kB {2}2027-01-3\d \d\d:\d\d {2}a/)
  expect(lines[1]).not.toContain('\u001b')
  expect(lines[2]).toMatch(/^ds_2 {3}dataset .* 12 B/)
  expect(await run('trash', '-q')).toBe('job_1\nds_2\n')
  expect(JSON.parse(await run('trash', '--json'))).toHaveLength(2)
})

it('anneal restore takes things out by their ids', async () => {
  expect(await run('restore', 'job_1:report', 'ds_2@1')).toBe('restored job_1:report\nrestored ds_2@1\n')
  expect(calls).toEqual(['POST /v1/trash/job_1%3Areport/restore', 'POST /v1/trash/ds_2%401/restore'])
})

it('anneal storage shows what is stored, the biggest first', async () => {
  expect(await run('storage', '--by', 'person')).toBe(
    '   SIZE  ITEMS  OF               IN THE TRASH  NAME\n5.00 GB      2  ada@lab.example       1.00 MB\n    0 B      1  service keys\n',
  )
})
