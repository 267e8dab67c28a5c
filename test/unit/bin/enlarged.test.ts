import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { enlarged } from '../../../src/bin/enlarged.ts'

const drawn = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: 'red' } })
    .png()
    .toBuffer()

describe('a picture for a person', () => {
  it.each([
    [32, 32, 512, 512],
    [270, 202, 810, 606],
    [700, 400, 700, 400],
  ])('of %i×%i pixels is drawn with %i×%i', async (width, height, newWidth, newHeight) => {
    const { width: w, height: h } = await sharp(
      await enlarged(await drawn(width, height), newWidth === 810 ? 900 : 512),
    ).metadata()
    expect([w, h]).toEqual([newWidth, newHeight])
  })
})
