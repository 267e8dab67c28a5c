import { AppError } from '../../errors.ts'

export interface NetpbmHeader {
  kind: 'bits' | 'text-bits' | 'bytes' | 'text' | 'float'
  width: number
  height: number
  channels: 1 | 2 | 3 | 4
  /** What is white or fully opaque. */
  maxValue: number
  littleEndian?: boolean
  /** Of the first pixel, bytes. */
  offset: number
}

type Layout = Pick<NetpbmHeader, 'kind' | 'channels'>

/** By the character after P; those of 7 (PAM) are in its header. */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  1: { kind: 'text-bits', channels: 1 },
  2: { kind: 'text', channels: 1 },
  3: { kind: 'text', channels: 3 },
  4: { kind: 'bits', channels: 1 },
  5: { kind: 'bytes', channels: 1 },
  6: { kind: 'bytes', channels: 3 },
  f: { kind: 'float', channels: 1 },
  F: { kind: 'float', channels: 3 },
}
const MAX_HEADER_BYTES = 64 * 1024
const MAX_SIDE = 10_000_000

/** @throws AppError `image_undecodable` */
export function readNetpbmHeader(file: Buffer): NetpbmHeader {
  const start = file.toString('latin1', 0, MAX_HEADER_BYTES)
  if (start[1] === '7') return readPamHeader(start)
  const layout = LAYOUTS[start[1] ?? '']
  if (layout === undefined) throw malformed('its kind is not known')
  const bilevel = layout.kind === 'bits' || layout.kind === 'text-bits'
  const tokens = /^P.((?:\s|#[^\n]*\n)+(\d+))((?:\s|#[^\n]*\n)+(\d+))/.exec(start)
  if (tokens === null) throw malformed('width and height are expected after its first two characters')
  const size = { width: sideOf(tokens[2]!), height: sideOf(tokens[4]!) }
  const rest = start.slice(tokens[0].length)
  const last = bilevel ? /^(?:\s*#[^\n]*\n)*\s/.exec(rest) : /^(?:\s|#[^\n]*\n)+(-?[\d.]+(?:e[-+]?\d+)?)\s/i.exec(rest)
  if (last === null) throw malformed('the largest value and a space are expected after its size')
  const offset = tokens[0].length + last[0].length
  if (bilevel) return { ...layout, ...size, maxValue: 1, offset }
  if (layout.kind === 'float') return { ...layout, ...size, maxValue: 1, littleEndian: Number(last[1]) < 0, offset }
  return { ...layout, ...size, maxValue: maxValueOf(last[1]!), offset }
}

function readPamHeader(start: string): NetpbmHeader {
  const end = /\nENDHDR[^\n]*\n/.exec(start)
  if (end === null) throw malformed('its header has no line ENDHDR')
  const fields = new Map<string, string>()
  for (const line of start.slice(2, end.index).split('\n')) {
    const [, name, value] = /^\s*([A-Z]+)\s+(\S+)/.exec(line) ?? []
    if (name !== undefined && value !== undefined) fields.set(name, value)
  }
  const [depth, tuple = ''] = [Number(fields.get('DEPTH')), fields.get('TUPLTYPE')]
  if (![1, 2, 3, 4].includes(depth) || tuple.startsWith('CMYK'))
    throw malformed(
      `its tuples are ${tuple || 'values'} of ${fields.get('DEPTH')}; grey or RGB with or without alpha is read`,
    )
  return {
    kind: 'bytes',
    width: sideOf(fields.get('WIDTH') ?? ''),
    height: sideOf(fields.get('HEIGHT') ?? ''),
    channels: depth as NetpbmHeader['channels'],
    maxValue: maxValueOf(fields.get('MAXVAL') ?? ''),
    offset: end.index + end[0].length,
  }
}

function sideOf(text: string): number {
  const side = Number(text)
  if (Number.isInteger(side) && side >= 1 && side <= MAX_SIDE) return side
  throw malformed(`its size ${text.slice(0, 20)} is not a whole number from 1`)
}

function maxValueOf(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 65_535) return value
  throw malformed(`its largest value is ${text.slice(0, 20)}, not a whole number from 1 to 65535`)
}

const malformed = (why: string): AppError =>
  new AppError('image_undecodable', `The PNM image cannot be decoded: ${why}.`)
