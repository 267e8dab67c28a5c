import sharp, { type Sharp } from 'sharp'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeImage } from '../../../src/data/decode/decode.ts'
import { png } from '../../helpers/archives.ts'
import {
  decode,
  difference,
  HEIC,
  HEIGHT,
  JPEG_XL,
  JPEG_XL_P3,
  PICTURE,
  picture,
  WIDTH,
} from '../../helpers/image-samples.ts'

const large = sharp({ create: { width: 200, height: 150, channels: 3, background: 'red' } })
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><rect width="9" height="9"/></svg>'

/** The picture stored so that each orientation of Exif makes it upright. */
const stored = (orientation: number): Sharp => {
  const turned = { 3: 180, 6: 270, 8: 90, 5: 270, 7: 90 }[orientation] ?? 0
  const image = picture().rotate(turned)
  if (orientation === 2) return image.flop()
  if (orientation === 4) return image.flip()
  return image
}

describe('image formats', () => {
  it.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)('%s is read and shrunk', async (format) => {
    const image = await decode(await large.clone().toFormat(format).toBuffer(), 64)
    expect(image).toMatchObject({ height: 64, channels: 3 })
  })

  it.each([
    ['HEIC', HEIC, 2],
    ['JPEG XL with an orientation', JPEG_XL, 16],
    ['JPEG XL with a profile', JPEG_XL_P3, 2],
  ])('%s is read', async (_, file, tolerance) => {
    const image = await decode(file)
    expect(image).toMatchObject({ width: WIDTH, height: HEIGHT, channels: 3 })
    expect(difference(image, PICTURE)).toBeLessThan(tolerance)
  })

  it.each([2, 3, 4, 6, 8])('is upright in every format by orientation %i', async (orientation) => {
    const raw = await stored(orientation).raw().toBuffer({ resolveWithObject: true })
    const { width, height } = raw.info
    const file = picture(raw.data, 3, width, height).withMetadata({ orientation })
    for (const encoded of [
      file.png(),
      file.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
      file.webp({ lossless: true }),
      file.tiff({ compression: 'lzw' }),
    ]) {
      const image = await decode(await encoded.clone().toBuffer())
      expect(image).toMatchObject({ width: WIDTH, height: HEIGHT })
      expect(difference(image, PICTURE)).toBeLessThan(3)
    }
  })

  it.each([64, 300])('of %i pixels is upright by an orientation after its pixels', async (side) => {
    const raw = await stored(6)
      .resize(side, side * 2, { fit: 'fill', kernel: 'nearest' })
      .png()
      .toBuffer()
    const exif = Buffer.from('4d4d002a000000080001011200030000000100060000 00000000'.replace(' ', ''), 'hex')
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from('eXIf'), exif, Buffer.alloc(4)])
    chunk.writeUInt32BE(exif.byteLength)
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.byteLength - 4)
    const file = Buffer.concat([raw.subarray(0, -12), chunk, raw.subarray(-12)])
    expect(await decode(file)).toMatchObject({ width: side * 2, height: side })
  })

  it('has the colours of a profile as sRGB, alike in every format and size', async () => {
    const wide = picture().withIccProfile('p3')
    for (const file of [
      wide.png(),
      wide.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
      wide.tiff({ compression: 'lzw' }),
      wide.webp({ lossless: true }),
    ])
      expect(difference(await decode(await file.clone().toBuffer()), PICTURE)).toBeLessThan(4)
    const deep = await decode(await picture().toColourspace('rgb16').withIccProfile('p3').png().toBuffer())
    expect(
      difference(
        deep,
        Array.from(PICTURE, (value) => value * 257),
      ),
    ).toBeLessThan(4 * 257)
  })

  it.each([
    ['SVG', SVG],
    ['SVG', `\ufeff  <?xml version="1.0"?>\n<!-- ${'x'.repeat(300)} -->${SVG}`],
    ['SVG', `<!DOCTYPE svg [<!ENTITY a "b">]>${SVG}`],
    ['PDF', '%PDF-1.7'],
    ['HTML', '<!doctype html><p>'],
    ['OpenEXR', 'v/1\x01........'],
    ['PSD', '8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x01\0\0\0\x01\0\x08\0\x03'],
    ['Truevision TGA', `\0\0\x02${'\0'.repeat(9)}\x30\0\x30\0\x18\0......`],
    ['Truevision TGA', `\0\x01\x01\0\0\x7f\0\x18\0\0\0\0\x30\0\x30\0\x08\0......`],
    ['PCX', '\x0a\x05\x01\x08\0\0\0\0'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00'],
    ["a camera's raw file (CR2)", 'II*\0\x10\0\0\0CR\x02\0\0\0\0\0'],
  ])('%s is refused by name', async (name, content) => {
    await expect(decode(Buffer.from(content))).rejects.toMatchObject({
      code: 'image_format_unsupported',
      message: expect.stringContaining(name) as string,
    })
  })

  it('a text that starts like an image is none', async () => {
    for (const text of ['BM is short for bitmap, and this is a text', 'P5 is a format', ''])
      await expect(decode(Buffer.from(text))).rejects.toMatchObject({ code: 'image_undecodable' })
  })

  it('what libvips takes for another format after the first bytes of a listed one is not read', async () => {
    for (const start of ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF89a', 'II*\0', 'RIFF\0\0\0\0WEBP'])
      await expect(decode(Buffer.concat([Buffer.from(start, 'latin1'), Buffer.from(SVG)]))).rejects.toMatchObject({
        code: 'image_undecodable',
      })
  })

  it('an SVG is no input of libvips at all once images are decoded', async () => {
    await decode(await large.clone().png().toBuffer())
    await expect(sharp(Buffer.from(SVG)).metadata()).rejects.toThrow()
  })

  it('an image too long for what is kept of it is refused by its header', async () => {
    const limits = { pixels: 1e6, shorterSide: 64, keptPixels: 20 * 64 * 64 }
    const long = sharp({ create: { width: 64, height: 9000, channels: 3, background: 'red' } })
    for (const file of [long.png(), long.jpeg()])
      await expect(decodeImage(await file.toBuffer(), limits)).rejects.toMatchObject({ code: 'image_aspect_ratio' })
    expect(await decodeImage(png(1), limits)).toMatchObject({ width: 12 })
  })

  it('an image of too many pixels is refused by its header in every format', async () => {
    const files = [
      await large.clone().png().toBuffer(),
      await large.clone().jpeg().toBuffer(),
      Buffer.from('P5 200 150 255\n'),
    ]
    for (const file of files)
      await expect(decodeImage(file, { pixels: 20_000, shorterSide: 64 })).rejects.toMatchObject({
        code: 'image_too_many_pixels',
      })
    for (const file of [HEIC, JPEG_XL])
      await expect(decodeImage(file, { pixels: 100, shorterSide: 64 })).rejects.toMatchObject({
        code: 'image_too_many_pixels',
      })
  })
})
