import { isUtf8 as isValidUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'

/**
 * Encodings of names that do not declare theirs, by preference. What Windows' and DOS' tools wrote into zip archives is an OEM code page or
 * the double-byte code page of East Asian systems; on Unix, names have been Latin-1 rather than an OEM code page.
 */
const CANDIDATES = {
  zip: ['utf8', 'cp437', 'cp850', 'shift_jis', 'gbk', 'big5', 'cp949', 'win1252', 'cp866', 'win1251'],
  unix: ['utf8', 'win1252', 'gbk', 'shift_jis', 'big5', 'cp949', 'win1251', 'cp866', 'cp437', 'cp850'],
} as const
export type NameOrigin = keyof typeof CANDIDATES
type Encoding = (typeof CANDIDATES)[NameOrigin][number]

const LABELS: Readonly<Record<Encoding, string>> = {
  utf8: 'UTF-8',
  cp437: 'code page 437',
  cp850: 'code page 850',
  cp866: 'code page 866',
  shift_jis: 'Shift-JIS',
  gbk: 'GBK',
  big5: 'Big5',
  cp949: 'EUC-KR',
  win1251: 'Windows-1251',
  win1252: 'Windows-1252',
}

export interface NameEncoding {
  label: string
  decode(raw: Buffer): string
}

const encodingOf = (name: Encoding): NameEncoding => ({
  label: LABELS[name],
  decode: (raw) => iconv.decode(raw, name),
})

export const UTF8 = encodingOf('utf8')

/** The encoding under which names, all of one archive or folder, read most plausibly. */
export function detectEncoding(names: Iterable<Buffer>, origin: NameOrigin): NameEncoding {
  const sample = [...names]
  if (sample.every(isUtf8)) return UTF8
  let best: { name: Encoding; score: number } = { name: CANDIDATES[origin][1], score: -Infinity }
  for (const name of CANDIDATES[origin]) {
    const score = sample.reduce((sum, raw) => sum + plausibility(iconv.decode(raw, name), name), 0)
    if (score > best.score + 1e-9) best = { name, score }
  }
  return encodingOf(best.name)
}

export const isUtf8 = (raw: Buffer): boolean => isValidUtf8(raw)

/** How much a name reads like one under an encoding: a sum over its bytes beyond ASCII, positive for plausible text. */
function plausibility(text: string, encoding: Encoding): number {
  return (text.match(/[\p{L}\p{M}]+|[^\p{L}\p{M}]/gu) ?? []).reduce((sum, part) => sum + wordScore(part, encoding), 0)
}

const INVALID = /[\ufffd\p{Cc}\p{Co}\p{Cn}]/u
const COMMON_HANGUL = new Set(
  '가각간감강개거건검게겨결경계고곡공과관교구국군그글금기길김나난남내너노녹는다단달닭당대더도독돌동두드들등라람래러레려로루류르리린마막만말망매머면명모목무문물미민바박반발방배백버번벌병보복부북분불비사산살상새생서석선설성세소속손송수숙순스시식신실심아악안알양어언얼여역연열염영오옥온와왕외요용우운원위유육윤은음응의이인일임입자작잔장재저적전절점정제조종주준중지직진집차찬창채책처천철청초촌최추축출충치카코쿠크키타태터토통트파판팔페평포표품풍프피하학한합항해행향허현형호홍화환황회후훈휴희흰',
)
const ideographs = new Intl.Segmenter('zh', { granularity: 'word' })

/** A run of letters, or one other character. */
function wordScore(word: string, encoding: Encoding): number {
  const foreign = [...word].filter((char) => char > '\x7f')
  if (foreign.length === 0) return 0
  const ascii = [...word].length - foreign.length
  const base = foreign.reduce((sum, char) => sum + charScore(char, encoding), 0)
  if (/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u.test(word)) {
    const joined = [...ideographs.segment(word)].reduce((sum, { segment }) => sum + ([...segment].length - 1) * 0.8, 0)
    return base + (/^[\p{sc=Hang}]+$/u.test(word) ? 0 : joined) - (/[a-z]/.test(word) ? 2 * foreign.length : 0)
  }
  // Words of Latin letters are mostly ASCII, and no word changes its case or its script on the way.
  const mixed = /\p{Ll}\p{Lu}/u.test(word) || (/\p{sc=Latin}/u.test(word) && !/^[\p{sc=Latin}\p{M}]+$/u.test(word))
  const accented = /\p{sc=Latin}/u.test(word) && foreign.length > ascii + 1
  return base - (mixed ? 1.5 * foreign.length : 0) - (accented ? 1.5 * foreign.length : 0)
}

function charScore(char: string, encoding: Encoding): number {
  if (INVALID.test(char)) return -4
  if (/\p{sc=Hang}/u.test(char)) return COMMON_HANGUL.has(char) ? 2 : 0.6
  if (/[\u3041-\u30ff]/.test(char)) return 2
  if (/\p{sc=Han}/u.test(char)) return isCommon(iconv.encode(char, encoding), encoding) ? 1.6 : 0.2
  if (/[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f]/.test(char)) return 1
  if (/[\u0410-\u044f\u0401\u0451]/.test(char)) return encoding === 'cp866' || encoding === 'win1251' ? 1 : -1
  if (/[\u3001-\u3011\uff01-\uff5e]/.test(char)) return 0.5
  if (/[°ªº«»¿¡·§©®™–—‘’“”…]/.test(char)) return -0.3
  return -1.5
}

/** Whether a double-byte character is in the first level of its character set: those in daily use. */
function isCommon(bytes: Buffer, encoding: Encoding): boolean {
  const [lead = 0, trail = 0] = bytes
  if (encoding === 'shift_jis') return lead >= 0x88 && lead <= 0x97
  if (encoding === 'gbk') return lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1
  if (encoding === 'big5') return lead >= 0xa4 && lead <= 0xc6
  return encoding === 'utf8'
}
