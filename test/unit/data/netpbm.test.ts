import { describe, expect, it } from 'vitest'
import { decode } from '../../helpers/image-samples.ts'

const file = (header: string, ...bytes: number[]): Buffer => Buffer.concat([Buffer.from(header), Buffer.from(bytes)])

describe('PNM', () => {
  it.each([
    [
      'PBM as text, digits with and without spaces',
      file('P1\n# a comment\n3 2\n010\n1 0 1\n'),
      [3, 2, 1],
      [255, 0, 255, 0, 255, 0],
    ],
    ['binary PBM, rows from a byte on', file('P4 3 2\n', 0b01000000, 0b10100000), [3, 2, 1], [255, 0, 255, 0, 255, 0]],
    ['PGM as text', file('P2 2 1 255\n7 # seven\n 200\n'), [2, 1, 1], [7, 200]],
    ['PGM of 4 bits', file('P5 2 1 15\n', 0, 15), [2, 1, 1], [0, 255]],
    ['binary PGM', file('P5\n#comment\n2 1\n255\n', 10, 35), [2, 1, 1], [10, 35]],
    ['PPM as text', file('P3 1 1 255 1 2 3\n'), [1, 1, 3], [1, 2, 3]],
    ['binary PPM', file('P6 1 1 255\n', 10, 13, 35), [1, 1, 3], [10, 13, 35]],
    ['PGM of 16 bits', file('P5 2 1 65535\n', 1, 2, 255, 255), [2, 1, 1], [258, 65_535]],
    ['PGM of 12 bits', file('P5 2 1 4095\n', 0, 0, 0x0f, 0xff), [2, 1, 1], [0, 65_535]],
    [
      'PAM with alpha',
      file('P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n', 1, 2, 3, 128),
      [1, 1, 4],
      [1, 2, 3, 128],
    ],
    ['PFM from below', file('Pf 1 2 -1.0\n', 0, 0, 128, 63, 0, 0, 0, 64), [1, 2, 1], [2, 1]],
  ])('%s is read', async (_, bytes, [width, height, channels], values) => {
    const image = await decode(bytes)
    expect(image).toMatchObject({ width, height, channels })
    expect([...image.data]).toEqual(values)
  })

  it.each([
    ['without its size', 'P5\n'],
    ['with no width', 'P5 0 1 255\n\0'],
    ['with a size beyond numbers', `P5 ${'9'.repeat(400)} 1 255\n\0`],
    ['with a largest value of 0', 'P5 1 1 0\n\0'],
    ['cut in its pixels', 'P6 2 2 255\n\0\0\0'],
    ['cut in its text', 'P2 2 2 255\n1 2 3'],
    ['of five channels', 'P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nMAXVAL 255\nENDHDR\n\0\0\0\0\0'],
    ['with a header that never ends', `P7\n${'WIDTH 1\n'.repeat(9000)}`],
  ])('%s is refused', async (_, text) => {
    await expect(decode(Buffer.from(text))).rejects.toMatchObject({ code: 'image_undecodable' })
  })
})
