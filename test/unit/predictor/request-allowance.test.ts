import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { requestAllowance } from '../../../src/predictor/request-allowance.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'

const image = (width: number, height: number): RasterImage => ({
  width,
  height,
  channels: 3,
  data: new Uint8Array(0),
})

describe('the images of one request', () => {
  it('may have so many pixels in all, whatever the number of images', async () => {
    const allowance = requestAllowance({ maxPixels: 100, maxMs: 60_000 })
    for (let i = 0; i < 4; i++) expect(await allowance(() => Promise.resolve(image(5, 5)))).toMatchObject({ width: 5 })
    await expect(allowance(() => Promise.resolve(image(1, 1)))).rejects.toMatchObject({ code: 'image_too_many_pixels' })
    const other = requestAllowance({ maxPixels: 100, maxMs: 60_000 })
    expect(await other(() => Promise.resolve(image(10, 10)))).toMatchObject({ width: 10 })
  })

  it('may take so long to decode in all; the next one is not decoded', async () => {
    const allowance = requestAllowance({ maxPixels: 1e6, maxMs: 30 })
    await allowance(() => sleep(50, image(1, 1)))
    let decoded = false
    const late = allowance(() => {
      decoded = true
      return Promise.resolve(image(1, 1))
    })
    await expect(late).rejects.toMatchObject({ code: 'image_too_slow' })
    expect(decoded).toBe(false)
  })
})
