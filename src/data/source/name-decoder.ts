import { printable } from '../text.ts'
import { detectEncoding, isUtf8, UTF8, type NameEncoding, type NameOrigin } from './encodings.ts'
import type { SourceLog } from './source-log.ts'

const MAX_SAMPLE = 4096
const MAX_SHOWN = 5

/** Whether bytes mean something else in another encoding. */
export const isAscii = (raw: Buffer): boolean => raw.every((byte) => byte < 0x80)

/**
 * Decodes names whose encoding is not declared: all of an archive in one encoding, the one under which those that were collected
 * read most plausibly.
 */
export class NameDecoder {
  private readonly sample = new Map<string, Buffer>()
  private encoding: NameEncoding | undefined
  private readonly origin: NameOrigin
  private readonly log: SourceLog

  constructor(origin: NameOrigin, log: SourceLog) {
    this.origin = origin
    this.log = log
  }

  /** Adds the parts of a path beyond ASCII to what the encoding is chosen by. */
  collect(raw: Buffer): void {
    if (isAscii(raw)) return
    for (const text of raw.toString('latin1').split('/')) {
      const part = Buffer.from(text, 'latin1')
      if (this.sample.size < MAX_SAMPLE && !isAscii(part)) this.sample.set(text, part)
    }
  }

  /** Chooses the encoding; names in another one than UTF-8 become a warning. */
  choose(): void {
    const names = [...this.sample.values()]
    this.encoding = detectEncoding(names, this.origin)
    if (this.encoding === UTF8 && names.every(isUtf8)) return
    const shown = names.slice(0, MAX_SHOWN).map((raw) => printable(this.encoding?.decode(raw) ?? '', 80))
    const count = names.length === MAX_SAMPLE ? 'Many' : String(names.length)
    this.log.note(
      `${count} ${names.length === 1 ? 'name does' : 'names do'} not say how ${names.length === 1 ? 'it is' : 'they are'} encoded and ${names.length === 1 ? 'was' : 'were'} read as ${this.encoding.label}: ${shown.join(', ')}${names.length > MAX_SHOWN ? ', …' : ''}. If that is wrong, pack the data set again with UTF-8 names.`,
    )
  }

  decode(raw: Buffer): string {
    return isAscii(raw) ? raw.toString('latin1') : (this.encoding ?? UTF8).decode(raw)
  }
}
