import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodeSuggestions, type Suggestion } from '../../src/evaluation/suggestions.ts'
import type { Dataset, Job } from '../../src/service/resources.ts'
import type { SuggestionsPage } from '../../src/service/suggestion-resources.ts'
import type { Services } from '../../src/service/services.ts'
import { withinTeam } from '../../src/service/team-scope.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

type Team = Awaited<ReturnType<ServiceUnderTest['team']>>

let service: ServiceUnderTest
let team: Team
let stranger: Team
let dataset: Dataset
beforeAll(async () => {
  service = await startService()
  team = await service.team()
  stranger = await service.team()
  const path = await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12))
  dataset = await service.readyDataset(team.headers, await readFile(path))
})
afterAll(() => service.stop())

function suggestion(number: number, kind: Suggestion['kind']): Suggestion {
  const isLabel = kind === 'label'
  return {
    number,
    kind,
    split: 'val',
    index: number % 3,
    item: 20 + number,
    file: `class0/${number}.png`,
    label: 'class0',
    suggested: isLabel ? 'class1' : null,
    probability: 0.01,
    suggestedProbability: isLabel ? 0.9 : null,
    score: 0.99,
    reason: 'A reason.',
  }
}

const SUGGESTIONS = [1, 2, 3, 4, 5].map((number) => suggestion(number, number < 4 ? 'label' : 'outlier'))

async function claimed(seed: number): Promise<{ id: string; token: number }> {
  const response = await service.app.inject({
    method: 'POST',
    url: '/v1/jobs',
    headers: team.headers,
    payload: { dataset: dataset.id, seed },
  })
  const { id } = response.json<Job>()
  const claim = await service.store.claimJob(id, 60_000)
  return { id, token: claim?.token ?? 0 }
}

/** A job that has left suggestions, and not ended. */
async function jobWithSuggestions(seed: number): Promise<{ id: string; token: number }> {
  const { store } = service
  const { blobs } = service.services
  const job = await claimed(seed)
  const file = encodeSuggestions({
    dataset: 'hash',
    covers: { train: 0, val: 8, test: 7 },
    found: { label: 3, outlier: 2 },
    notes: ['A note.'],
    suggestions: SUGGESTIONS,
  })
  const blobKey = `artifacts/${job.id}`
  await blobs.write(blobKey, Readable.from([file]))
  const artifact = {
    kind: 'suggestions',
    blobKey,
    fileName: 'suggestions.json',
    contentType: 'application/json',
    sizeBytes: file.byteLength,
    sha256: blobKey,
  }
  await store.recordJob(job.id, job.token, { events: [], metrics: [], artifact })
  return job
}

const succeed = ({ id, token }: { id: string; token: number }): Promise<unknown> =>
  service.store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })

const get = (url: string, { headers }: Pick<Team, 'headers'> = team): Promise<LightMyRequestResponse> =>
  service.app.inject({ url, headers })

const caller = (): Parameters<typeof service.services.suggestions>[0] => ({ teamId: team.id, keyId: 'key', scopes: [] })

it('gives the suggestions of a job in pages, by kind, each with its image', async () => {
  const job = await jobWithSuggestions(1)
  await succeed(job)
  const url = `/v1/jobs/${job.id}/suggestions`
  const first = (await get(`${url}?limit=2`)).json<SuggestionsPage>()
  expect(first).toMatchObject({
    dataset: dataset.id,
    datasetVersion: 1,
    covers: { train: 0, val: 8, test: 7 },
    found: { label: 3, outlier: 2 },
    notes: ['A note.'],
  })
  expect(first.data[0]).toEqual({ ...SUGGESTIONS[0], image: `/v1/datasets/${dataset.id}@1/items/val/1/image` })
  const image = await get(first.data[0]?.image ?? '')
  expect([image.statusCode, image.headers['content-type']]).toEqual([200, 'image/png'])
  const numbers = async (query: string): Promise<[number[], string | null]> => {
    const page = (await get(`${url}?${query}`)).json<SuggestionsPage>()
    return [page.data.map(({ number }) => number), page.nextCursor]
  }
  expect(first.data.map(({ number }) => number)).toEqual([1, 2])
  expect(await numbers(`limit=2&after=${first.nextCursor}`)).toEqual([[3, 4], '4'])
  expect(await numbers('after=4')).toEqual([[5], null])
  expect(await numbers('kind=outlier&limit=1')).toEqual([[4], '4'])
  expect(await numbers('kind=label')).toEqual([[1, 2, 3], null])
})

it('refuses jobs that have none, are not there yet, or belong to another team, and what it does not know', async () => {
  const job = await jobWithSuggestions(2)
  const url = `/v1/jobs/${job.id}/suggestions`
  const refused = async (response: Promise<LightMyRequestResponse>): Promise<unknown> => (await response).json()
  expect(await refused(get(url))).toMatchObject({ status: 409, code: 'wrong_state' })
  await succeed(job)
  expect(await refused(get(url, stranger))).toMatchObject({ status: 404, code: 'not_found' })
  expect(await refused(get('/v1/jobs/job_none/suggestions'))).toMatchObject({ status: 404, code: 'not_found' })
  for (const query of ['kind=blurred', 'after=x', 'limit=0', 'colour=red'])
    expect(await refused(get(`${url}?${query}`)), query).toMatchObject({ status: 400, code: 'invalid_request' })
  const older = await claimed(3)
  await succeed(older)
  expect(await refused(get(`/v1/jobs/${older.id}/suggestions`))).toMatchObject({
    status: 404,
    code: 'not_found',
    detail: expect.stringContaining('has no suggestions') as string,
  })
  await service.services.blobs.remove(`artifacts/${job.id}`)
  expect(await refused(get(url))).toMatchObject({ status: 404, code: 'not_found' })
})

it('chooses suggestions by their numbers, and points at one that is not there', async () => {
  const job = await jobWithSuggestions(4)
  await succeed(job)
  const suggestionsOf: Services['suggestionsOf'] = (by, id, numbers) =>
    withinTeam(by.teamId, () => service.services.suggestionsOf(by, id, numbers))
  const chosen = await suggestionsOf(caller(), job.id, [4, 1])
  expect(chosen).toMatchObject({ dataset: dataset.id, datasetVersion: 1 })
  expect(chosen.suggestions.map(({ number, item }) => [number, item])).toEqual([
    [4, 24],
    [1, 21],
  ])
  await expect(suggestionsOf({ ...caller(), teamId: stranger.id }, job.id, [1])).rejects.toMatchObject({
    code: 'not_found',
  })
  for (const [numbers, pointer] of [
    [[1, 6], '/numbers/1'],
    [[2, 3, 2], '/numbers/2'],
    [[], '/numbers'],
  ] as const)
    await expect(suggestionsOf(caller(), job.id, numbers)).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer }],
    })
})

it('makes a version of those that are accepted, once for an idempotency key', async () => {
  const job = await jobWithSuggestions(5)
  await succeed(job)
  const accept = (payload: object, { headers }: Pick<Team, 'headers'> = team, key = 'accept') =>
    service.app.inject({
      method: 'POST',
      url: `/v1/jobs/${job.id}/suggestions/accept`,
      headers: { ...headers, 'idempotency-key': key },
      payload,
    })
  expect((await accept({ numbers: [1] }, stranger)).statusCode).toBe(404)
  expect((await accept({ numbers: [9] }, team, 'other')).json()).toMatchObject({
    status: 400,
    errors: [{ pointer: '/numbers/0' }],
  })
  expect((await accept({ numbers: [] }, team, 'none')).statusCode).toBe(400)
  const [accepted, again] = [await accept({ numbers: [2, 5] }), await accept({ numbers: [2, 5] })]
  expect(accepted.statusCode, accepted.body).toBe(202)
  expect(accepted.json()).toMatchObject({ dataset: dataset.id, version: 2, parent: 1, state: 'ingesting' })
  expect(again.json()).toEqual(accepted.json())
  const claim = await service.store.claimNextDataset(60_000)
  expect(claim).toMatchObject({
    id: `${dataset.id}@2`,
    base: { changes: { relabel: [{ file: 'class0/2.png', to: 'class1' }], remove: [{ file: 'class0/5.png' }] } },
  })
})
