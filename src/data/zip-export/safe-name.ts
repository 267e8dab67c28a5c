import { hiddenBy } from '../source/hidden.ts'

/** Bytes of a name: file systems take 255, of which some are left for what makes a name unique. */
const MAX_NAME_BYTES = 200
/** What Windows does not take in names, control characters and halves of surrogate pairs. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*]/gu
/** Names of devices on Windows, whatever follows the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?:\.|$)/i

/**
 * A name as every common file system takes it, with an underscore for what one does not take.
 * @param extension what the name ends with, with its dot
 */
export function safeName(name: string, extension = ''): string {
  const plain = name.replace(UNSAFE, '_')
  const trimmed = cut(plain, MAX_NAME_BYTES - extension.length)
    .replace(/^[ .]/, '_')
    .replace(/[ .]$/, '_')
  const safe = `${trimmed === '' ? '_' : trimmed}${extension}`
  return DEVICE.test(safe) || hiddenBy(safe) !== undefined ? `_${safe}` : safe
}

/** The start of a text that has so many bytes of UTF-8 at most, with whole characters. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  let used = 0
  let kept = ''
  for (const character of text) {
    used += Buffer.byteLength(character)
    if (used > bytes) break
    kept += character
  }
  return kept
}

/** Equal for names that a file system may take for one: those that differ in case or in forms of Unicode only. */
export const foldedName = (name: string): string => name.normalize('NFKC').toLowerCase().normalize('NFC')
