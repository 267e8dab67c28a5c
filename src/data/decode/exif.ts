const SHORT = 3
const MAX_TAGS = 1000

/** The first value of a 16-bit tag in the first directory of a TIFF; undefined where there is none. */
export function shortTag(block: Buffer, tag: number): number | undefined {
  const order = block.toString('latin1', 0, 2)
  if ((order !== 'II' && order !== 'MM') || block.byteLength < 14) return undefined
  const little = order === 'II'
  const short = (at: number): number => (little ? block.readUInt16LE(at) : block.readUInt16BE(at))
  const directory = little ? block.readUInt32LE(4) : block.readUInt32BE(4)
  if (directory + 2 > block.byteLength) return undefined
  const tags = Math.min(short(directory), MAX_TAGS, Math.floor((block.byteLength - directory - 2) / 12))
  for (let i = 0; i < tags; i++) {
    const at = directory + 2 + 12 * i
    if (short(at) === tag) return short(at + 2) === SHORT ? short(at + 8) : undefined
  }
  return undefined
}
