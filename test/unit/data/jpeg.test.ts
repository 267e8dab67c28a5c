import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import type { DecodedImage } from '../../../src/data/decoded-image.ts'
import { decodeNatively } from '../../../src/data/decode/native.ts'
import { decodeWithSharp } from '../../../src/data/decode/sharp.ts'
import { difference } from '../../helpers/image-samples.ts'

const [WIDTH, HEIGHT] = [203, 149]
/** Soft shapes, as in photos. */
const pixels = (channels: 1 | 3 | 4): Buffer =>
  Buffer.from(
    Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => {
      const [x, y] = [Math.floor(i / channels) % WIDTH, Math.floor(i / channels / WIDTH)]
      return 128 + 100 * Math.sin(x / 17 + (i % channels)) * Math.cos(y / 23)
    }),
  )
const photo = (channels: 1 | 3 = 3): Sharp =>
  sharp(pixels(channels), { raw: { width: WIDTH, height: HEIGHT, channels } }).toColourspace(
    channels === 1 ? 'b-w' : 'srgb',
  )
const options = (shorterSide = Infinity) => ({ pixels: 1e6, shorterSide })
const both = async (file: Buffer, side?: number): Promise<[DecodedImage | undefined, DecodedImage]> => [
  decodeNatively(file, options(side)),
  await decodeWithSharp(file, options(side)),
]

describe('decoding a JPEG natively', () => {
  it.each([
    ['colour', photo().jpeg()],
    ['colour in full resolution', photo().jpeg({ chromaSubsampling: '4:4:4' })],
    ['grey', photo(1).jpeg()],
    ['progressive', photo().jpeg({ progressive: true })],
    ['sRGB by its profile', photo().withIccProfile('srgb').jpeg()],
  ])('gives the pixels that sharp does: %s', async (_, file) => {
    const [native, reference] = await both(await file.toBuffer())
    expect(native).toMatchObject({ width: WIDTH, height: HEIGHT, channels: reference.channels })
    expect(difference(native!, reference.data)).toBeLessThan(0.5)
  })

  it.each([100, 74, 40, 18])('shrinks to %i pixels as sharp does', async (side) => {
    const [native, reference] = await both(await photo().jpeg({ quality: 95 }).toBuffer(), side)
    expect(native).toMatchObject({ height: side })
    expect(Math.abs(native!.width - reference.width)).toBeLessThanOrEqual(1)
    if (native!.width === reference.width) expect(difference(native!, reference.data)).toBeLessThan(2)
  })

  it('reads a file that lacks no more than its end mark, and none that is cut', async () => {
    const file = await photo().jpeg().toBuffer()
    const whole = decodeNatively(file, options())!
    expect(decodeNatively(file.subarray(0, file.length - 2), options())?.data).toEqual(whole.data)
    expect(decodeNatively(file.subarray(0, file.length >> 1), options())).toBeUndefined()
  })

  it('leaves to sharp what has four components, another profile or faults', async () => {
    const cmyk = await photo().toColourspace('cmyk').jpeg().toBuffer()
    const wide = await photo().withIccProfile('p3').jpeg().toBuffer()
    const faulty = await photo().jpeg().toBuffer()
    faulty.fill(0xff, faulty.length >> 1, (faulty.length >> 1) + 40)
    for (const file of [cmyk, wide, faulty, Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('not an image')])
      expect(decodeNatively(file, options())).toBeUndefined()
  })
})
