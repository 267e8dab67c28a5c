import { AppError } from '../errors.ts'

const AVIF_BRANDS = new Set(['avif', 'avis'])
const HEIF_BRANDS = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'])
/** Formats that are known by their first bytes and not read. */
const FOREIGN: readonly [name: string, start: string][] = [
  ['PDF', '%PDF'],
  ['PostScript', '%!PS'],
  ['BMP', 'BM'],
  ['JPEG 2000', '\x00\x00\x00\x0cjP  '],
  ['JPEG 2000', '\xff\x4f\xff\x51'],
  ['JPEG XL', '\xff\x0a'],
  ['JPEG XL', '\x00\x00\x00\x0cJXL '],
  ['ICO', '\x00\x00\x01\x00'],
  ['PSD', '8BPS'],
  ['OpenEXR', 'v/1\x01'],
  ['Radiance HDR', '#?RADIANCE'],
  ['FITS', 'SIMPLE'],
  ['NIfTI', '\x5c\x01\x00\x00'],
  ['ZIP', 'PK\x03\x04'],
]
const START_BYTES = 1024
export const READABLE_FORMATS = 'PNG, JPEG, WebP, GIF, TIFF and AVIF'

/**
 * Refuses a file that is in none of the formats that are read, by its first bytes alone.
 * @throws AppError `image_format_unsupported` that names the format where it is known; `image_undecodable` otherwise
 */
export function requireReadable(file: Buffer): void {
  const start = file.toString('latin1', 0, START_BYTES)
  if (isReadable(start)) return
  const foreign = foreignFormat(start)
  if (foreign !== undefined)
    throw new AppError(
      'image_format_unsupported',
      `The file is ${foreign}, a format that is not read; use ${READABLE_FORMATS}.`,
    )
  throw new AppError(
    'image_undecodable',
    `The file is not an image that can be decoded: it is none of ${READABLE_FORMATS}.`,
  )
}

function isReadable(start: string): boolean {
  return (
    start.startsWith('\x89PNG\r\n\x1a\n') ||
    start.startsWith('\xff\xd8\xff') ||
    /^GIF8[79]a/.test(start) ||
    (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') ||
    // Classic TIFF has version 42, BigTIFF 43.
    /^(II[*+]\0|MM\0[*+])/.test(start) ||
    brands(start).some((brand) => AVIF_BRANDS.has(brand))
  )
}

/** Major and compatible brands of an ISO media file. */
function brands(start: string): string[] {
  if (start.slice(4, 8) !== 'ftyp') return []
  const end = Math.min(start.length, Buffer.from(start.slice(0, 4), 'latin1').readUInt32BE(0))
  const compatible: string[] = []
  for (let at = 16; at + 4 <= end; at += 4) compatible.push(start.slice(at, at + 4))
  return [start.slice(8, 12), ...compatible]
}

function foreignFormat(start: string): string | undefined {
  if (brands(start).some((brand) => HEIF_BRANDS.has(brand))) return 'HEIF'
  const known = FOREIGN.find(([, magic]) => start.startsWith(magic))
  if (known !== undefined) return known[0]
  const text = start.replace(/^\xef\xbb\xbf/, '').trimStart()
  if (!text.startsWith('<')) return undefined
  return /<svg/i.test(text) ? 'SVG' : /<(!doctype )?html/i.test(text) ? 'HTML' : 'XML'
}
