import { afterAll, beforeAll, expect, it } from 'vitest'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

const OPERATOR = { name: 'ada', token: 'a token of an operator of the tests' }
const basic = (name: string, token: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${token}`).toString('base64')}`,
})
const asOperator = basic(OPERATOR.name, OPERATOR.token)

let service: ServiceUnderTest
beforeAll(async () => {
  service = await startService({ operators: [OPERATOR], queueBoard: true })
})
afterAll(() => service.stop())

const get = (url: string, headers: Record<string, string> = {}) => service.app.inject({ url, headers })

it('shows the queue to operators, by HTTP Basic or their bearer token', async () => {
  await service.services.queue.send([{ kind: 'job', ref: 'job_1', token: 0 }])
  for (const headers of [asOperator, { authorization: `Bearer ${OPERATOR.token}` }]) {
    const answer = await get('/queue/api/queues?activeQueue=anneal', headers)
    expect(answer.statusCode, answer.body).toBe(200)
    const { queues } = answer.json<{ queues: { name: string; readOnlyMode: boolean; jobs: { data: object }[] }[] }>()
    expect(queues).toMatchObject([{ name: 'anneal', readOnlyMode: true, jobs: [{ data: { ref: 'job_1' } }] }])
  }
})

it('serves its page and what the page loads, and nothing comes from elsewhere', async () => {
  for (const url of ['/queue', '/queue/', '/queue/queue/anneal']) {
    const page = await get(url, asOperator)
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('<base href="/queue/"')
    expect(page.body).not.toContain('https://')
    expect(page.headers['content-security-policy']).toContain("script-src 'self';")
    expect(page.headers['cache-control']).toBe('no-store')
    const assets = [...page.body.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, path]) => path!)
    expect(assets.length).toBeGreaterThan(3)
    for (const path of assets) expect((await get(`/queue/${path}`, asOperator)).statusCode, path).toBe(200)
  }
})

it('refuses everybody else, with a challenge that browsers understand', async () => {
  const { headers } = await service.team()
  const others = [
    {},
    headers,
    basic('bob', OPERATOR.token),
    basic('ada', 'another token'),
    { authorization: 'Basic ?' },
  ]
  for (const given of others)
    for (const url of ['/queue', '/queue/api/queues', '/queue/static/favicon.ico']) {
      const answer = await get(url, given)
      expect(answer.statusCode).toBe(401)
      expect(answer.json()).toMatchObject({ code: 'unauthorized' })
      expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/)
    }
})

it('takes HTTP Basic nowhere else', async () => {
  expect((await get('/v1/admin/teams', asOperator)).statusCode).toBe(401)
})

it('changes nothing', async () => {
  for (const [method, path] of [
    ['PUT', 'queues/anneal/obliterate'],
    ['PUT', 'queues/anneal/pause'],
    ['POST', 'queues/anneal/add'],
    ['PATCH', 'queues/anneal/job_1-0/update-data'],
  ] as const) {
    const answer = await service.app.inject({ method, url: `/queue/api/${path}`, headers: asOperator, payload: {} })
    expect(answer.statusCode, answer.body).toBe(403)
  }
})

it('is no part of the API that is documented', async () => {
  const { paths } = (await get('/openapi.json')).json<{ paths: object }>()
  expect(Object.keys(paths).filter((path) => path.startsWith('/queue'))).toEqual([])
})
