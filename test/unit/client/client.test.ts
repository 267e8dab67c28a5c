import { describe, expect, it } from 'vitest'
import { Client } from '../../../src/client/client.ts'

describe('the client', () => {
  it('says where no server answers', async () => {
    const client = new Client({ url: 'http://127.0.0.1:2', key: 'ak_x' })
    await expect(client.get('/v1/team')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('No server answers at http://127.0.0.1:2 (ECONNREFUSED)') as string,
    })
  })
})
