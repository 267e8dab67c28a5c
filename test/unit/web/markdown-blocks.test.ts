import { describe, expect, it } from 'vitest'
import { blocksOf, spansOf } from '../../../src/web/models/markdown-blocks.ts'

describe('Markdown of a model card', () => {
  it('is headings, lists, tables and paragraphs', () => {
    const text = '## Metrics\n\n| a | b\\|c |\n| --- | --- |\n| 1 | 2 |\n- **x**: y\n- z\n\nOne\ntwo.\n'
    expect(blocksOf(text)).toEqual([
      { kind: 'heading', level: 2, text: 'Metrics' },
      { kind: 'table', head: ['a', 'b\\|c'], rows: [['1', '2']] },
      { kind: 'list', items: ['**x**: y', 'z'] },
      { kind: 'paragraph', text: 'One two.' },
    ])
  })

  it('has strong, emphasised and plain text, and escaped marks as they are', () => {
    expect(spansOf('**Name**: a\\_b \\<i\\> _nothing_')).toEqual([
      { kind: 'strong', text: 'Name' },
      { kind: 'text', text: ': a_b <i> ' },
      { kind: 'em', text: 'nothing' },
    ])
  })
})
