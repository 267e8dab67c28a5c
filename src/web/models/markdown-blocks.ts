/** What a model card is made of: headings, lists, tables and paragraphs of Markdown. */
export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; head: string[]; rows: string[][] }
  | { kind: 'paragraph'; text: string }

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  for (const lines of paragraphs(markdown)) {
    const [first = ''] = lines
    const heading = /^(#{1,6}) (.*)$/.exec(first)
    if (heading !== null) blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' })
    else if (lines.every((line) => line.startsWith('- ')))
      blocks.push({ kind: 'list', items: lines.map((line) => line.slice(2)) })
    else if (lines.length > 1 && lines.every((line) => line.startsWith('|')))
      blocks.push({ kind: 'table', head: cellsOf(first), rows: lines.slice(2).map(cellsOf) })
    else blocks.push({ kind: 'paragraph', text: lines.join(' ') })
  }
  return blocks
}

/** Lines that belong together; a heading is alone, and a list or table ends where the lines do not look like it. */
function paragraphs(markdown: string): string[][] {
  const groups: string[][] = []
  let last = ''
  for (const line of markdown.split('\n')) {
    const kind = kindOf(line)
    const group = groups.at(-1)
    if (kind !== 'blank' && group !== undefined && kind === last && kind !== '#') group.push(line)
    else if (kind !== 'blank') groups.push([line])
    last = kind
  }
  return groups
}

const kindOf = (line: string): string =>
  line.trim() === ''
    ? 'blank'
    : /^#{1,6} /.test(line)
      ? '#'
      : line.startsWith('- ')
        ? '-'
        : line.startsWith('|')
          ? '|'
          : 'text'

/** Cells of a row, between bars that are not escaped. */
const cellsOf = (line: string): string[] =>
  line
    .replace(/^\|/, '')
    .replace(/\|\s*$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())

/** Text with what is strong, emphasised or code; escaped marks are marks. */
export interface Span {
  kind: 'text' | 'strong' | 'em' | 'code'
  text: string
}

const MARKED = /(?<!\\)(\*\*|_|`)(.+?)(?<!\\)\1/g
const KINDS: Record<string, Span['kind']> = { '**': 'strong', _: 'em', '`': 'code' }

export function spansOf(text: string): Span[] {
  const spans: Span[] = []
  let at = 0
  for (const match of text.matchAll(MARKED)) {
    if (match.index > at) spans.push({ kind: 'text', text: unescaped(text.slice(at, match.index)) })
    spans.push({ kind: KINDS[match[1] ?? ''] ?? 'text', text: unescaped(match[2] ?? '') })
    at = match.index + match[0].length
  }
  if (at < text.length) spans.push({ kind: 'text', text: unescaped(text.slice(at)) })
  return spans
}

const unescaped = (text: string): string => text.replaceAll(/\\([\\`*_[\]<>|#-])/g, '$1')
