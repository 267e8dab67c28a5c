import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { shortTag } from '../../../src/data/decode/exif.ts'
import { decode, difference, HEIGHT, JPEG_2000_DEEP, PICTURE, picture, WIDTH } from '../../helpers/image-samples.ts'

const [SHORT, LONG] = [3, 4]

/** A TIFF of one strip, little endian. @param format 1 whole numbers, 2 signed, 3 floating point */
function tiff(
  values: Uint8Array | Uint16Array | Int16Array | Float32Array | Float64Array,
  {
    channels,
    format,
    photometric = channels > 2 ? 2 : 1,
    more = [],
  }: { channels: number; format: number; photometric?: number; more?: [tag: number, value: number][] },
): Buffer {
  const pixels = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  const count = 11 + more.length
  const lists = 8 + 2 + 12 * count + 4
  const strip = lists + 4 * channels
  const bits = values.BYTES_PER_ELEMENT * 8
  const inList = (place: number, value: number): number =>
    channels > 2 ? lists + place * 2 * channels : channels === 2 ? value | (value << 16) : value
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, LONG, 1, WIDTH],
    [257, LONG, 1, HEIGHT],
    [258, SHORT, channels, inList(0, bits)],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, photometric],
    [273, LONG, 1, strip],
    [277, SHORT, 1, channels],
    [278, LONG, 1, HEIGHT],
    [279, LONG, 1, pixels.length],
    [284, SHORT, 1, 1],
    [339, SHORT, channels, inList(1, format)],
    ...more.map(([tag, value]): [number, number, number, number] => [tag, SHORT, 1, value]),
  ]
  entries.sort(([a], [b]) => a - b)
  const head = Buffer.alloc(strip)
  head.write('II*\0', 'latin1')
  head.writeUInt32LE(8, 4)
  head.writeUInt16LE(count, 8)
  entries.forEach(([tag, type, length, value], i) => {
    head.writeUInt16LE(tag, 10 + 12 * i)
    head.writeUInt16LE(type, 12 + 12 * i)
    head.writeUInt32LE(length, 14 + 12 * i)
    head.writeUInt32LE(value, 18 + 12 * i)
  })
  for (let c = 0; c < channels; c++) {
    head.writeUInt16LE(bits, lists + 2 * c)
    head.writeUInt16LE(format, lists + 2 * channels + 2 * c)
  }
  return Buffer.concat([head, pixels])
}

const ramp = (scale: number, low = 0): number[] => Array.from({ length: WIDTH * HEIGHT }, (_, i) => low + i * scale)

describe('deep images', () => {
  it('of 16 bits keep their values, grey and colour', async () => {
    const grey = await decode(tiff(Uint16Array.from(ramp(10)), { channels: 1, format: 1 }))
    expect(grey).toMatchObject({ channels: 1, data: Uint16Array.from(ramp(10)) })
    const values = Uint16Array.from(PICTURE, (value) => value * 16)
    expect(await decode(tiff(values, { channels: 3, format: 1 }))).toMatchObject({ channels: 3, data: values })
    const png = await decode(await picture().toColourspace('rgb16').png().toBuffer())
    expect(png).toMatchObject({ channels: 3, data: Uint16Array.from(PICTURE, (value) => value * 256) })
  })

  it('of 16 bits are shrunk with their depth', async () => {
    const image = await decode(tiff(Uint16Array.from(ramp(10)), { channels: 1, format: 1 }), 8)
    expect(image).toMatchObject({ width: 12, height: 8, channels: 1 })
    expect(Math.max(...image.data)).toBeGreaterThan(3000)
  })

  it('of floating point and of signed numbers keep their values', async () => {
    const floats = Float32Array.from(ramp(0.01, -1))
    expect(await decode(tiff(floats, { channels: 1, format: 3 }))).toMatchObject({ channels: 1, data: floats })
    const colours = Float32Array.from(PICTURE, (value) => value / 100 - 1)
    expect(await decode(tiff(colours, { channels: 3, format: 3 }))).toMatchObject({ channels: 3, data: colours })
    const signed = await decode(tiff(Int16Array.from(ramp(5, -1000)), { channels: 1, format: 2 }))
    expect(signed.data).toEqual(Float32Array.from(ramp(5, -1000)))
  })

  it('of 64 bits keep their values, to 32 bits', async () => {
    const grey = await decode(tiff(Float64Array.from(ramp(0.01, -1)), { channels: 1, format: 3 }))
    expect(grey).toMatchObject({ channels: 1, data: Float32Array.from(ramp(0.01, -1)) })
    const colours = Float64Array.from(PICTURE, (value) => value / 8)
    expect((await decode(tiff(colours, { channels: 3, format: 3 }))).data).toEqual(Float32Array.from(colours))
    await expect(decode(tiff(colours, { channels: 3, format: 3, more: [[274, 6]] }))).rejects.toThrow('not upright')
  })

  it('of JPEG 2000 keep their values', async () => {
    const image = await decode(JPEG_2000_DEEP)
    expect(image).toMatchObject({ width: WIDTH, height: HEIGHT, channels: 1, data: Uint16Array.from(ramp(10)) })
  })

  it('in Lab of 8 and 16 bits are in sRGB, and refused in other forms', async () => {
    // Red, and mid-grey: L from 0 to the largest value, a and b signed.
    const lab = [
      [53, 80, 67],
      [54, 0, 0],
    ]
    const rgb = [
      [255, 0, 0],
      [128, 128, 128],
    ]
    const pixels = Array.from({ length: WIDTH * HEIGHT }, (_, i) => i % 2)
    const expected = pixels.flatMap((i) => rgb[i]!)
    const [bytes, words] = [255, 65_535].map((full) =>
      pixels.flatMap((i) =>
        lab[i]!.map((value, c) => Math.round(c === 0 ? (value * full) / 100 : value * ((full + 1) / 256))),
      ),
    )
    const files = [Uint8Array.from(bytes!), Uint16Array.from(words!)].map((values) =>
      tiff(values, { channels: 3, format: 1, photometric: 8 }),
    )
    for (const file of files) expect(difference(await decode(file), expected)).toBeLessThan(6)
    await expect(decode(tiff(Uint8Array.from(bytes!), { channels: 3, format: 1, photometric: 9 }))).rejects.toThrow(
      'ICCLab',
    )
  })

  it('with a fourth channel have alpha only where the file does not deny it', async () => {
    const values = Uint8Array.from({ length: WIDTH * HEIGHT * 4 }, (_, i) => i % 251)
    const alpha = tiff(values, { channels: 4, format: 1, more: [[338, 2]] })
    const infrared = tiff(values, { channels: 4, format: 1, more: [[338, 0]] })
    expect(shortTag(infrared, 338)).toBe(0)
    expect(await decode(alpha)).toMatchObject({ channels: 4 })
    expect(await decode(infrared)).toMatchObject({ channels: 3 })
  })

  it('of more channels are refused', async () => {
    const values = new Uint8Array(WIDTH * HEIGHT * 5)
    await expect(decode(tiff(values, { channels: 5, format: 1 }))).rejects.toThrow('5 channels')
  })
})

describe('alpha', () => {
  const half = Buffer.from(
    Array.from({ length: WIDTH * HEIGHT * 4 }, (_, i) => (i % 4 === 3 ? (i >> 2) % 256 : i % 200)),
  )
  it.each(['png', 'webp', 'tiff'] as const)('is kept in %s, and dropped where all is opaque', async (format) => {
    const options = format === 'tiff' ? ({ compression: 'lzw' } as const) : { lossless: true, exact: true }
    const image = await decode(await picture(half, 4).toFormat(format, options).toBuffer())
    expect(image).toMatchObject({ channels: 4, width: WIDTH })
    const opaque = await decode(await picture().ensureAlpha().toFormat(format, options).toBuffer())
    expect(opaque.channels).toBe(3)
    expect([...opaque.data]).toEqual([...PICTURE])
  })

  it('is kept in grey images and palettes, small and large', async () => {
    const grey = Buffer.from(Array.from({ length: WIDTH * HEIGHT * 2 }, (_, i) => i % 251))
    const small = picture(grey, 2).toColourspace('b-w')
    const large = small.clone().resize(300, 200, { kernel: 'nearest' })
    const decoded = await decode(await small.png().toBuffer())
    expect(decoded.channels).toBe(2)
    expect([...decoded.data]).toEqual([...grey])
    expect(await decode(await large.png().toBuffer())).toMatchObject({ channels: 2, width: 300 })
    const palette = sharp({
      create: { width: 300, height: 200, channels: 4, background: { r: 200, g: 9, b: 9, alpha: 0.5 } },
    })
    expect(await decode(await palette.png({ palette: true }).toBuffer())).toMatchObject({ channels: 4 })
    expect(await decode(await palette.gif().toBuffer())).toMatchObject({ height: 200 })
  })
})
