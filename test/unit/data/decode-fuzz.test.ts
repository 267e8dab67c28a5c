import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/errors.ts'
import { rngFor } from '../../../src/zoo/rng.ts'
import { decode, HEIC, HEIGHT, JPEG_XL, PICTURE, picture, WIDTH } from '../../helpers/image-samples.ts'

const FLIPS = 24
const CUTS = 12

const exif = picture().withMetadata({ orientation: 6 })
const pnm = (header: string, ...pixels: Buffer[]): Promise<Buffer> =>
  Promise.resolve(Buffer.concat([Buffer.from(header), ...pixels]))
const bmpHeader = Buffer.concat([
  Buffer.from('424d000000000000000036000000280000001800000010000000010018', 'hex'),
  Buffer.alloc(25),
])
const FILES: Readonly<Record<string, () => Promise<Buffer>>> = {
  'small PNG': () => exif.clone().png().toBuffer(),
  'large PNG': () => exif.clone().resize(160, 160).png().toBuffer(),
  'PNG with alpha': () => picture().ensureAlpha(0.5).png().toBuffer(),
  JPEG: () => exif.clone().jpeg().toBuffer(),
  'progressive JPEG': () => exif.clone().jpeg({ progressive: true }).toBuffer(),
  WebP: () => exif.clone().webp().toBuffer(),
  GIF: () => picture().gif().toBuffer(),
  TIFF: () => exif.clone().tiff({ compression: 'lzw' }).toBuffer(),
  AVIF: () => picture().avif({ effort: 0 }).toBuffer(),
  HEIC: () => Promise.resolve(HEIC),
  'JPEG XL': () => Promise.resolve(JPEG_XL),
  BMP: () => Promise.resolve(Buffer.concat([bmpHeader, PICTURE])),
  PPM: () => pnm(`P6 ${WIDTH} ${HEIGHT} 255\n`, PICTURE),
  'PGM as text': () => pnm(`P2 ${WIDTH} ${HEIGHT} 255\n`, Buffer.from([...PICTURE].join(' '))),
  PAM: () => pnm(`P7\nWIDTH ${WIDTH}\nHEIGHT ${HEIGHT}\nDEPTH 3\nMAXVAL 255\nENDHDR\n`, PICTURE),
}

/** What becomes of a file: its size, or the code of its error. */
const verdict = (file: Buffer): Promise<string> =>
  decode(file, 64).then(
    ({ data, width, height, channels }) => {
      expect(data).toHaveLength(width * height * channels)
      return 'decoded'
    },
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error
      return error.code
    },
  )
const VERDICTS = /^(decoded|image_(undecodable|format_unsupported|too_many_pixels|aspect_ratio|too_slow))$/

describe.each(Object.entries(FILES))('a damaged %s', (name, write) => {
  it('is decoded or refused with a reason, cut or with changed bits', { timeout: 120_000 }, async () => {
    const file = await write()
    expect(await verdict(file)).toBe('decoded')
    const rng = rngFor(17, name.length)
    const damaged = Array.from({ length: FLIPS }, () => {
      const copy = Buffer.from(file)
      const flips = 1 + rng.integer(4)
      for (let i = 0; i < flips; i++) copy[rng.integer(copy.length)]! ^= 1 << rng.integer(8)
      return copy
    })
    const cut = Array.from({ length: CUTS }, (_, i) => file.subarray(0, Math.floor((file.length * i) / CUTS)))
    for (const bytes of [...damaged, ...cut]) expect(await verdict(bytes)).toMatch(VERDICTS)
    expect(await verdict(file)).toBe('decoded')
  })
})
