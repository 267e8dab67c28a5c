import { describe, expect, it } from 'vitest'
import { decode, HEIGHT, PICTURE, WIDTH } from '../../helpers/image-samples.ts'

const COLOURS = [0, 8, 23].map((x) => [...PICTURE.subarray((15 * WIDTH + x) * 3, (15 * WIDTH + x) * 3 + 3)])
/** Of each pixel, in rows from above: its place in the palette of three colours. */
const places = Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
  COLOURS.findIndex((colour) => colour.every((value, c) => value === PICTURE[i * 3 + c])),
)

interface Bitmap {
  bits: number
  compression?: number
  topDown?: boolean
  palette?: number[][]
  masks?: number[]
  pixels: Buffer
}

/** A file with a header of 40 bytes. */
function bitmap({ bits, compression = 0, topDown = false, palette = [], masks = [], pixels }: Bitmap): Buffer {
  const header = Buffer.alloc(54)
  const offset = 54 + 4 * palette.length + 4 * masks.length
  header.write('BM')
  header.writeUInt32LE(offset + pixels.length, 2)
  header.writeUInt32LE(offset, 10)
  header.writeUInt32LE(40, 14)
  header.writeInt32LE(WIDTH, 18)
  header.writeInt32LE(topDown ? -HEIGHT : HEIGHT, 22)
  header.writeUInt16LE(1, 26)
  header.writeUInt16LE(bits, 28)
  header.writeUInt32LE(compression, 30)
  header.writeUInt32LE(pixels.length, 34)
  header.writeUInt32LE(palette.length, 46)
  const extra = Buffer.alloc(4 * masks.length)
  masks.forEach((mask, i) => extra.writeUInt32LE(mask, 4 * i))
  const colours = Buffer.from(palette.flatMap(([red = 0, green = 0, blue = 0]) => [blue, green, red, 0]))
  return Buffer.concat([header, extra, colours, pixels])
}

/** Rows of pixels, each filled up to a multiple of four bytes, from below unless they are from above. */
function rows(bytesOf: (row: number) => number[], topDown = false): Buffer {
  const all = Array.from({ length: HEIGHT }, (_, y) => {
    const bytes = bytesOf(topDown ? y : HEIGHT - 1 - y)
    return [...bytes, ...new Array<number>((4 - (bytes.length % 4)) % 4).fill(0)]
  })
  return Buffer.from(all.flat())
}

const placesOf = (row: number): number[] => places.slice(row * WIDTH, (row + 1) * WIDTH)
const bgr = (row: number, more: number[] = []): number[] =>
  placesOf(row).flatMap((place) => [...COLOURS[place]!].reverse().concat(more))
const pairs = (row: number): number[] =>
  placesOf(row).flatMap((place, x, all) => (x % 2 === 0 ? [(place << 4) | all[x + 1]!] : []))
/** Runs of equal places, each row and the picture with their end marks. */
const runs = (encode: (count: number, place: number) => number[]): Buffer =>
  Buffer.from([
    ...Array.from({ length: HEIGHT }, (_, y) => {
      const row = placesOf(HEIGHT - 1 - y)
      return [0, 8, 16].flatMap((x) => encode(8, row[x]!)).concat([0, 0])
    }).flat(),
    ...[0, 1],
  ])
const short = (red: number, green: number, blue: number): number[] => {
  const value = ((red >> 3) << 10) | ((green >> 3) << 5) | (blue >> 3)
  return [value & 255, value >> 8]
}

describe('BMP', () => {
  it.each<[string, Bitmap]>([
    ['24 bits', { bits: 24, pixels: rows((row) => bgr(row)) }],
    ['24 bits from above', { bits: 24, topDown: true, pixels: rows((row) => bgr(row), true) }],
    ['32 bits with unused bytes of 0', { bits: 32, pixels: rows((row) => bgr(row, [0])) }],
    [
      '32 bits by masks',
      { bits: 32, compression: 3, masks: [0xff0000, 0xff00, 0xff], pixels: rows((row) => bgr(row, [0])) },
    ],
    ['a palette of 8 bits', { bits: 8, palette: COLOURS, pixels: rows(placesOf) }],
    ['a palette of 4 bits', { bits: 4, palette: COLOURS, pixels: rows(pairs) }],
    ['runs of 8 bits', { bits: 8, compression: 1, palette: COLOURS, pixels: runs((count, place) => [count, place]) }],
    [
      'runs of 4 bits',
      { bits: 4, compression: 2, palette: COLOURS, pixels: runs((count, place) => [count, place * 17]) },
    ],
  ])('with %s is read', async (_, options) => {
    const image = await decode(bitmap(options))
    expect(image).toMatchObject({ width: WIDTH, height: HEIGHT, channels: 3 })
    expect(Buffer.from(image.data as Uint8Array)).toEqual(PICTURE)
  })

  it('with a wrong length in its header is read, and one that is cut is not', async () => {
    const file = bitmap({ bits: 24, pixels: rows((row) => bgr(row)) })
    file.writeUInt32LE(0, 2)
    expect(await decode(file)).toMatchObject({ width: WIDTH })
    expect(await decode(Buffer.concat([file, Buffer.alloc(50)]))).toMatchObject({ width: WIDTH })
    const cut = decode(file.subarray(0, file.length - 200))
    await expect(cut).rejects.toMatchObject({ code: 'image_undecodable' })
  })

  it('with 16 bits is read to the precision that it has', async () => {
    const pixels = rows((row) =>
      placesOf(row).flatMap((place) => short(...(COLOURS[place] as [number, number, number]))),
    )
    const { data } = await decode(bitmap({ bits: 16, pixels }))
    expect(Math.max(...data.map((value, i) => Math.abs(value - PICTURE[i]!)))).toBeLessThanOrEqual(8)
  })
})
