/** How an image has to be turned to be upright: 1 not at all, 2 to 8 as tag 274 of Exif says. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

const ORIENTATION_TAG = 274
const SHORT = 3
const MAX_TAGS = 1000

/**
 * The orientation in an Exif block, which is a TIFF file with no image; 1 where it says none, or the block is broken.
 * @param block from its `II` or `MM` on.
 */
export function exifOrientation(block: Buffer): Orientation {
  const order = block.toString('latin1', 0, 2)
  if ((order !== 'II' && order !== 'MM') || block.byteLength < 14) return 1
  const little = order === 'II'
  const short = (at: number): number => (little ? block.readUInt16LE(at) : block.readUInt16BE(at))
  const directory = little ? block.readUInt32LE(4) : block.readUInt32BE(4)
  if (directory + 2 > block.byteLength) return 1
  const tags = Math.min(short(directory), MAX_TAGS, Math.floor((block.byteLength - directory - 2) / 12))
  for (let i = 0; i < tags; i++) {
    const at = directory + 2 + 12 * i
    if (short(at) !== ORIENTATION_TAG) continue
    const value = short(at + 8)
    return short(at + 2) === SHORT && value >= 1 && value <= 8 ? (value as Orientation) : 1
  }
  return 1
}
