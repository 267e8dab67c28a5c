const SHORT = 3
const MAX_TAGS = 1000
/** The version of all TIFFs but BigTIFF. */
const CLASSIC = 42
const BITS_PER_SAMPLE = 258
const PHOTOMETRIC = 262
const CIE_LAB = 8
/** ICCLab and ITULab. */
const OTHER_LABS = [9, 10]
const DOUBLE_BITS = 64

/** The first value of a 16-bit tag in the first directory of a TIFF; undefined where there is none. */
export function shortTag(block: Buffer, tag: number): number | undefined {
  const order = block.toString('latin1', 0, 2)
  if ((order !== 'II' && order !== 'MM') || block.byteLength < 14) return undefined
  const little = order === 'II'
  const short = (at: number): number => (little ? block.readUInt16LE(at) : block.readUInt16BE(at))
  if (short(2) !== CLASSIC) return undefined
  const long = (at: number): number => (little ? block.readUInt32LE(at) : block.readUInt32BE(at))
  const directory = long(4)
  if (directory + 2 > block.byteLength) return undefined
  const tags = Math.min(short(directory), MAX_TAGS, Math.floor((block.byteLength - directory - 2) / 12))
  for (let i = 0; i < tags; i++) {
    const at = directory + 2 + 12 * i
    if (short(at) !== tag) continue
    if (short(at + 2) !== SHORT) return undefined
    // More than two values are elsewhere.
    const value = long(at + 4) > 2 ? long(at + 8) : at + 8
    return value + 2 <= block.byteLength ? short(value) : undefined
  }
  return undefined
}

/** Whether a TIFF is in a form of Lab, which libvips reads in some depths and takes for other values in others. */
export const isLab = (file: Buffer): boolean => [CIE_LAB, ...OTHER_LABS].includes(shortTag(file, PHOTOMETRIC) ?? -1)

/** Whether it is CIE Lab of 8 or 16 bits, as image editors write it. */
export const isCommonLab = (file: Buffer): boolean =>
  shortTag(file, PHOTOMETRIC) === CIE_LAB && [8, 16].includes(shortTag(file, BITS_PER_SAMPLE) ?? 0)

/** Whether a TIFF has 64 bits per value, which libvips does not read. */
export const hasDoubles = (file: Buffer): boolean => shortTag(file, BITS_PER_SAMPLE) === DOUBLE_BITS
