import type { LightMyRequestResponse } from 'fastify'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/service/resources.ts'
import { startServiceWithData, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let headers: Record<string, string>
let stranger: Record<string, string>
let dataset: Dataset
beforeAll(async () => {
  ;({ service, headers, stranger, dataset } = await startServiceWithData(3, 12))
})
afterAll(() => service.stop())

const preview = (body: object, as = headers): Promise<LightMyRequestResponse> =>
  service.app.inject({
    method: 'POST',
    url: '/v1/augment:preview',
    headers: as,
    payload: { dataset: dataset.id, augment: ['random-crop', 'trivial-augment'], ...body },
  })

describe('a preview of augmentations', () => {
  it('is a PNG of the data set’s images at the size of a job, the same for the same seed', async () => {
    const response = await preview({ rows: 2, columns: 3, seed: 4 })
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toBe('image/png')
    const { width, height } = await sharp(response.rawPayload).metadata()
    expect(width / height).toBeGreaterThan(1.3)
    expect((await preview({ rows: 2, columns: 3, seed: 4 })).rawPayload.equals(response.rawPayload)).toBe(true)
    const sized = await sharp((await preview({ rows: 1, columns: 2, size: 40 })).rawPayload).metadata()
    expect([sized.width, sized.height]).toEqual([82, 40])
  })

  it('says where a list is wrong', async () => {
    const response = await preview({ augment: ['random-crop', { name: 'rand-augment', magnitude: 99 }] })
    expect(response.statusCode).toBe(422)
    expect(response.json()).toMatchObject({ code: 'invalid_spec', errors: [{ pointer: '/augment/1/magnitude' }] })
  })

  it.each([{ rows: 17 }, { columns: 1 }, { seed: -1 }, { size: 2000 }, { unknown: 1 }])('refuses %j', async (body) => {
    expect((await preview(body)).statusCode).toBe(400)
  })

  it('of another team’s data set does not exist', async () => {
    expect((await preview({}, stranger)).statusCode).toBe(404)
  })
})
