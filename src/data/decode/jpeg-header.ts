import { exifOrientation, type Orientation } from './exif.ts'

/** What the segments before a JPEG's first scan say. */
export interface JpegHeader {
  width: number
  height: number
  components: number
  progressive: boolean
  /** As its Exif says. */
  orientation: Orientation
  /** Whether it has an ICC profile that is not sRGB. */
  foreignColours: boolean
}

const SOI = 0xd8
const SOS = 0xda
const BASELINE = [0xc0, 0xc1]
const PROGRESSIVE = 0xc2
const APP1 = 0xe1
const APP2 = 0xe2
const EXIF = 'Exif\0\0'
const ICC = 'ICC_PROFILE\0'

/** @returns undefined for a file whose segments are not whole, or whose coding is another (lossless, arithmetic, 12 bits). */
export function readJpegHeader(file: Buffer): JpegHeader | undefined {
  if (file[0] !== 0xff || file[1] !== SOI) return undefined
  const header: JpegHeader = {
    width: 0,
    height: 0,
    components: 0,
    progressive: false,
    orientation: 1,
    foreignColours: false,
  }
  for (let at = 2; at + 4 <= file.byteLength;) {
    if (file[at] !== 0xff) return undefined
    const marker = file[at + 1]!
    if (marker === SOS) return header.width > 0 && header.height > 0 ? header : undefined
    const end = at + 2 + file.readUInt16BE(at + 2)
    if (end > file.byteLength || end < at + 4 || !readSegment(header, marker, file.subarray(at + 4, end)))
      return undefined
    at = end
  }
  return undefined
}

function readSegment(header: JpegHeader, marker: number, segment: Buffer): boolean {
  if (BASELINE.includes(marker) || marker === PROGRESSIVE) {
    if (segment.byteLength < 6 || segment[0] !== 8) return false
    header.height = segment.readUInt16BE(1)
    header.width = segment.readUInt16BE(3)
    header.components = segment[5]!
    header.progressive = marker === PROGRESSIVE
  } else if (marker > 0xc0 && marker < 0xd0 && marker !== 0xc4 && marker !== 0xc8) return false
  else if (marker === APP1 && segment.toString('latin1', 0, EXIF.length) === EXIF)
    header.orientation = exifOrientation(segment.subarray(EXIF.length))
  else if (marker === APP2 && segment.toString('latin1', 0, ICC.length) === ICC)
    header.foreignColours ||= !isSrgbProfile(segment.subarray(ICC.length + 2))
  return true
}

/** Whether an ICC profile calls itself sRGB, in ASCII or UTF-16. */
function isSrgbProfile(profile: Buffer): boolean {
  const start = profile.toString('latin1', 0, 4096)
  return start.slice(16, 20) === 'RGB ' && /s\0?R\0?G\0?B/.test(start.slice(128))
}
