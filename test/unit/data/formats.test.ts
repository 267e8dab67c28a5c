import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeImage } from '../../../src/data/decode/decode.ts'
import { png } from '../../helpers/archives.ts'

const picture = sharp({ create: { width: 200, height: 150, channels: 3, background: 'red' } })
const decode = (file: Buffer, keptPixels = Infinity) => decodeImage(file, { pixels: 1e6, shorterSide: 64, keptPixels })
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><rect width="9" height="9"/></svg>'

describe('image formats', () => {
  it.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)('%s is read', async (format) => {
    expect(await decode(await picture.clone().toFormat(format).toBuffer())).toMatchObject({ height: 64, channels: 3 })
  })

  it.each([
    ['SVG', SVG],
    ['SVG', `\ufeff  <?xml version="1.0"?>\n<!-- ${'x'.repeat(300)} -->${SVG}`],
    ['SVG', `<!DOCTYPE svg [<!ENTITY a "b">]>${SVG}`],
    ['PDF', '%PDF-1.7'],
    ['HTML', '<!doctype html><p>'],
    ['BMP', 'BM......'],
  ])('%s is refused by name', async (name, content) => {
    await expect(decode(Buffer.from(content))).rejects.toMatchObject({
      code: 'image_format_unsupported',
      message: expect.stringContaining(name) as string,
    })
  })

  it('what libvips takes for another format behind the first bytes of a listed one is not read', async () => {
    for (const start of ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF89a', 'II*\0', 'RIFF\0\0\0\0WEBP'])
      await expect(decode(Buffer.concat([Buffer.from(start, 'latin1'), Buffer.from(SVG)]))).rejects.toMatchObject({
        code: 'image_undecodable',
      })
  })

  it('an SVG is no input of libvips at all once images are decoded', async () => {
    await decode(await picture.clone().png().toBuffer())
    await expect(sharp(Buffer.from(SVG)).metadata()).rejects.toThrow()
  })

  it('an image too long for what is kept of it is refused by its header', async () => {
    const long = await sharp({ create: { width: 64, height: 9000, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    await expect(decode(long, 20 * 64 * 64)).rejects.toMatchObject({ code: 'image_aspect_ratio' })
    expect(await decode(png(1), 20 * 64 * 64)).toMatchObject({ width: 12 })
  })
})
