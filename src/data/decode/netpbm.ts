import { AppError } from '../../errors.ts'
import type { DecodedImage } from '../decoded-image.ts'
import { dropOpaqueAlpha } from './alpha.ts'
import { readNetpbmHeader, type NetpbmHeader } from './netpbm-header.ts'
import type { DecodeOptions } from './options.ts'
import { requireSize } from './size.ts'

/**
 * Decodes PBM, PGM and PPM, as text or binary, with up to 16 bits, PAM and PFM. Where the largest value is not 255 or 65535, values are scaled
 * to it.
 * Source: https://netpbm.sourceforge.net/doc/
 * @throws AppError `image_undecodable`, `image_too_many_pixels`, `image_aspect_ratio`
 */
export function decodeNetpbm(file: Buffer, options: DecodeOptions): DecodedImage {
  const header = readNetpbmHeader(file)
  requireSize(header, options)
  const { width, height, channels } = header
  const samples = width * height * channels
  return dropOpaqueAlpha({ data: readSamples(file, header, samples), width, height, channels })
}

function readSamples(file: Buffer, header: NetpbmHeader, samples: number): DecodedImage['data'] {
  if (header.kind === 'text-bits' || header.kind === 'text') return readText(file, header, samples)
  if (header.kind === 'bits') return readBits(file, header)
  if (header.kind === 'float') return readFloats(file, header)
  const { offset, maxValue } = header
  const wide = maxValue > 255
  requireBytes(file, offset, samples * (wide ? 2 : 1))
  const data = wide ? new Uint16Array(samples) : new Uint8Array(samples)
  const full = wide ? 65_535 : 255
  for (let i = 0; i < samples; i++)
    data[i] = scaled(wide ? file.readUInt16BE(offset + 2 * i) : file[offset + i]!, maxValue, full)
  return data
}

const scaled = (value: number, maxValue: number, full: number): number =>
  maxValue === full ? value : Math.min(full, Math.round((value * full) / maxValue))

/** One bit per pixel, 1 is black, each row from a byte on. */
function readBits(file: Buffer, { offset, width, height }: NetpbmHeader): Uint8Array {
  const stride = Math.ceil(width / 8)
  requireBytes(file, offset, stride * height)
  const data = new Uint8Array(width * height)
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++) data[to++] = (file[offset + y * stride + (x >> 3)]! >> (7 - (x & 7))) & 1 ? 0 : 255
  return data
}

/** Rows from the lowest to the highest. */
function readFloats(file: Buffer, { offset, width, height, channels, littleEndian }: NetpbmHeader): Float32Array {
  const row = width * channels
  requireBytes(file, offset, 4 * row * height)
  const data = new Float32Array(row * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < row; x++) {
      const at = offset + 4 * ((height - 1 - y) * row + x)
      data[y * row + x] = littleEndian === true ? file.readFloatLE(at) : file.readFloatBE(at)
    }
  return data
}

const [ZERO, NINE, NUMBER_SIGN, LINE_FEED] = [48, 57, 35, 10]

/** Decimal numbers with spaces between them; single digits, of which 1 is black, need none. */
function readText(file: Buffer, { kind, offset, maxValue }: NetpbmHeader, samples: number): Uint8Array | Uint16Array {
  const full = maxValue > 255 ? 65_535 : 255
  // At least one character per sample, so that a small file does not make a large image.
  requireBytes(file, offset, samples)
  const data = full === 255 ? new Uint8Array(samples) : new Uint16Array(samples)
  let count = 0
  for (let at = offset; at < file.byteLength && count < samples; at++) {
    let digit = file[at]!
    if (digit === NUMBER_SIGN) {
      const end = file.indexOf(LINE_FEED, at)
      at = end < 0 ? file.byteLength : end
    }
    if (digit < ZERO || digit > NINE) continue
    let value = digit - ZERO
    if (kind === 'text-bits') {
      data[count++] = value === 0 ? 255 : 0
      continue
    }
    for (digit = file[at + 1] ?? 0; digit >= ZERO && digit <= NINE; digit = file[++at + 1] ?? 0)
      value = Math.min(65_535, 10 * value + digit - ZERO)
    data[count++] = scaled(value, maxValue, full)
  }
  if (count < samples) throw cutShort()
  return data
}

function requireBytes(file: Buffer, offset: number, count: number): void {
  if (offset + count > file.byteLength) throw cutShort()
}

const cutShort = (): AppError => new AppError('image_undecodable', 'The PNM image ends before its last pixel.')
