import sharp from 'sharp'
import { expect, test } from 'vitest'
import { decodeSmallPng } from '../../../src/data/decode/png.ts'
import { decodeWithSharp } from '../../../src/data/decode/sharp.ts'

const [WIDTH, HEIGHT] = [19, 11]

function pixels(channels: number): Buffer {
  return Buffer.from(Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => (i * 37 + i * i * 11) % 256))
}

test.each([
  ['grey', 1, {}],
  ['grey with transparency', 2, {}],
  ['colour', 3, {}],
  ['colour with transparency', 4, {}],
  ['interlaced colour', 3, { progressive: true }],
  ['palette of 8 colours', 3, { palette: true, colours: 8 }],
  ['palette with transparency', 4, { palette: true }],
] as const)('decodes a %s PNG as libvips does', async (_, channels, options) => {
  const raw = { width: WIDTH, height: HEIGHT, channels }
  const colourspace = channels <= 2 ? 'b-w' : 'srgb'
  const file = await sharp(pixels(channels), { raw }).toColourspace(colourspace).png(options).toBuffer()
  const image = decodeSmallPng(file)
  expect(image).toMatchObject({ width: WIDTH, height: HEIGHT, channels })
  const expected = await decodeWithSharp(file, { pixels: 1e6, shorterSide: Infinity })
  expect(Buffer.from(image!.data)).toEqual(expected.data)
})

test('leaves to libvips what is broken, deep, large or has a colour profile', async () => {
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const
  const plain = sharp(pixels(3), { raw })
  const file = await plain.clone().png().toBuffer()
  const corrupt = Buffer.from(file)
  corrupt[file.length - 20]! ^= 255
  const deep = await plain.clone().toColourspace('rgb16').png().toBuffer()
  const large = await plain.clone().resize(200, 200).png().toBuffer()
  const profiled = await plain.clone().withIccProfile('p3').png().toBuffer()
  for (const other of [corrupt, file.subarray(0, 60), deep, large, profiled, Buffer.from('not an image')])
    expect(decodeSmallPng(other)).toBeUndefined()
})
