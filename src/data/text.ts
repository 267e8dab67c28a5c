/** What PostgreSQL's jsonb and a terminal cannot hold or show: NUL and other control characters, and halves of surrogate pairs. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u
const EVERY_UNSTORABLE = /[\p{Cc}\p{Cs}]/gu
const MAX_PRINTED = 200

/** Whether a name can be stored and shown as it is. */
export const isStorable = (text: string): boolean => isPlain(text) || !UNSTORABLE.test(text)

/** Whether a text is in ASCII, with no control characters. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x20 || unit > 0x7e) return false
  }
  return true
}

/** A text for messages and reports: what cannot be stored is written as an escape, and a long one is cut short. */
export function printable(text: string, maxCharacters = MAX_PRINTED): string {
  const cut = text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text
  return cut.replace(EVERY_UNSTORABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const MAX_LISTED = 5

/** The first few of a list, with an ellipsis where there are more. */
export const firstFew = (texts: readonly string[], separator = ', ', total = texts.length): string =>
  texts.slice(0, MAX_LISTED).join(separator) + (total > MAX_LISTED ? `${separator}…` : '')
