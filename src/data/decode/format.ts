import { fileTypeFromBuffer } from 'file-type'
import { AppError } from '../../errors.ts'
import { hasDoubles, isLab } from './exif.ts'

/** A format that is read, and what decodes it. */
export type Format =
  | { name: 'PNG' | 'JPEG' | 'WebP' | 'GIF' | 'TIFF' | 'AVIF'; decoder: 'sharp' }
  | { name: 'BMP' | 'HEIC' | 'JPEG XL' | 'JPEG 2000' | 'ICO' | 'TIFF'; decoder: 'transcoder' }
  | { name: 'PNM'; decoder: 'netpbm' }

const READABLE_FORMATS = 'PNG, JPEG, WebP, GIF, TIFF, AVIF, HEIC, JPEG XL, JPEG 2000, BMP, ICO or PNM'

const AVIF_BRANDS = new Set(['avif', 'avis'])
const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs'])
const GENERIC_BRANDS = new Set(['mif1', 'mif2', 'msf1'])
/** Formats that are known by their first bytes and not read, next to those that `file-type` knows. */
const FOREIGN: readonly [name: string, start: string][] = [
  ['OpenEXR', 'v/1\x01'],
  ['Radiance HDR', '#?RADIANCE'],
  ['Radiance HDR', '#?RGBE'],
  ['FITS', 'SIMPLE  ='],
  ['NIfTI', '\x5c\x01\x00\x00'],
  ['MATLAB', 'MATLAB 5.0'],
  ['HDF5', '\x89HDF\r\n\x1a\n'],
  ['NumPy', '\x93NUMPY'],
  ['DDS', 'DDS '],
  ['SGI', '\x01\xda'],
  ['Windows Metafile', '\xd7\xcd\xc6\x9a'],
  ['a Git LFS pointer', 'version https://git-lfs'],
]
/** TIFF files of which libvips would show a thumbnail. */
const CAMERA_RAW = new Set(['arw', 'cr2', 'dng', 'nef', 'orf', 'rw2'])
/** By two or three first bytes, which a text may have too. */
const READ_EXTENSIONS = new Set(['avif', 'bmp', 'gif', 'heic', 'ico', 'jp2', 'jpg', 'jxl', 'png', 'tif', 'webp'])
const START_BYTES = 1024

/**
 * The format of a file by its bytes, whatever its name.
 * @throws AppError `image_format_unsupported` that names the format where it is known and not read; `image_undecodable` otherwise
 */
export async function formatOf(file: Buffer): Promise<Format> {
  const start = file.toString('latin1', 0, START_BYTES)
  const format = readFormat(start)
  if (format !== undefined && format.name !== 'TIFF') return format
  if (file.byteLength === 0) throw new AppError('image_undecodable', 'The file is empty.')
  const foreign = await foreignName(file, start, format)
  if (format !== undefined && foreign === undefined)
    return isLab(file) || hasDoubles(file) ? { name: 'TIFF', decoder: 'transcoder' } : format
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

function readFormat(start: string): Format | undefined {
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return { name: 'PNG', decoder: 'sharp' }
  if (start.startsWith('\xff\xd8\xff')) return { name: 'JPEG', decoder: 'sharp' }
  if (/^GIF8[79]a/.test(start)) return { name: 'GIF', decoder: 'sharp' }
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return { name: 'WebP', decoder: 'sharp' }
  // Classic TIFF has version 42, BigTIFF 43.
  if (/^(II[*+]\0|MM\0[*+])/.test(start)) return { name: 'TIFF', decoder: 'sharp' }
  if (/^P([1-7][\s#]|[Ff]\s)/.test(start)) return { name: 'PNM', decoder: 'netpbm' }
  if (start.startsWith('BM') && bitmapHeader(start)) return { name: 'BMP', decoder: 'transcoder' }
  if (start.startsWith('\xff\x0a') || start.startsWith('\0\0\0\x0cJXL \r\n\x87\n'))
    return { name: 'JPEG XL', decoder: 'transcoder' }
  if (start.startsWith('\0\0\0\x0cjP  \r\n\x87\n') || start.startsWith('\xff\x4f\xff\x51'))
    return { name: 'JPEG 2000', decoder: 'transcoder' }
  if (start.startsWith('\0\0\x01\0') && start[4] !== '\0' && start[5] === '\0')
    return { name: 'ICO', decoder: 'transcoder' }
  return mediaFormat(start)
}

/** Sizes of the headers that bitmaps have had, so that a text that starts with BM is none. */
function bitmapHeader(start: string): boolean {
  return start.length >= 26 && [12, 16, 40, 52, 56, 64, 108, 124].includes(start.charCodeAt(14)) && start[15] === '\0'
}

/** AVIF or HEIC, by the major brand of an ISO media file, or by its compatible brands where the major one is for both. */
function mediaFormat(start: string): Format | undefined {
  if (start.slice(4, 8) !== 'ftyp') return undefined
  const end = Math.min(start.length, Buffer.from(start.slice(0, 4), 'latin1').readUInt32BE(0))
  const brands = [start.slice(8, 12)]
  if (GENERIC_BRANDS.has(brands[0]!)) for (let at = 16; at + 4 <= end; at += 4) brands.push(start.slice(at, at + 4))
  if (brands.some((brand) => AVIF_BRANDS.has(brand))) return { name: 'AVIF', decoder: 'sharp' }
  if (brands.some((brand) => HEIC_BRANDS.has(brand))) return { name: 'HEIC', decoder: 'transcoder' }
  return undefined
}

/** What to call a format that is not read; undefined for an unknown one, and for a TIFF that is no camera's raw file. */
async function foreignName(file: Buffer, start: string, format: Format | undefined): Promise<string | undefined> {
  const type = await fileTypeFromBuffer(file).catch(() => undefined)
  if (format?.name === 'TIFF')
    return type !== undefined && CAMERA_RAW.has(type.ext)
      ? `a camera's raw file (${type.ext.toUpperCase()})`
      : undefined
  const known = FOREIGN.find(([, magic]) => start.startsWith(magic))
  if (known !== undefined) return known[0]
  if (isTga(file)) return 'Truevision TGA'
  if (isPcx(file)) return 'PCX'
  const text = start.replace(/^\xef\xbb\xbf/, '').trimStart()
  if (text.startsWith('<')) return /<svg/i.test(text) ? 'SVG' : /<(!doctype )?html/i.test(text) ? 'HTML' : 'XML'
  return type === undefined || READ_EXTENSIONS.has(type.ext) ? undefined : type.ext.toUpperCase()
}

const TGA_DEPTHS = [8, 15, 16, 24, 32]

/** There are no bytes of its own: a palette or none, a kind of pixels, of no palette five zeros, at last the bits per pixel. */
function isTga(file: Buffer): boolean {
  if (file.byteLength < 18 || !TGA_DEPTHS.includes(file[16]!)) return false
  if (file[1] === 1) return [1, 9].includes(file[2]!) && TGA_DEPTHS.includes(file[7]!)
  return file[1] === 0 && [2, 3, 10, 11].includes(file[2]!) && file.subarray(3, 8).every((value) => value === 0)
}

const isPcx = (file: Buffer): boolean =>
  file[0] === 10 && [0, 2, 3, 4, 5].includes(file[1]!) && file[2] === 1 && [1, 2, 4, 8].includes(file[3]!)
