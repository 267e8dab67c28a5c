import { afterEach, describe, expect, it, vi } from 'vitest'
import { invocation, invoke } from '../../../src/bin/invocation.ts'
import { show, warn } from '../../../src/bin/print.ts'
import { barLine } from '../../../src/bin/progress.ts'
import { hasColor } from '../../../src/bin/style.ts'
import { fields, table, type Column } from '../../../src/bin/table.ts'
import { widthOf } from '../../../src/bin/text-columns.ts'

const ESCAPE = '\u001b['

afterEach(() => {
  invoke({})
  vi.restoreAllMocks()
})

function printed(stream: 'stdout' | 'stderr', run: () => void): string {
  let text = ''
  const write = vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  run()
  write.mockRestore()
  return text
}

describe('a table', () => {
  interface Row {
    id: string
    name: string
    count: number
  }
  const columns: readonly Column<Row>[] = [
    { title: 'id', of: ({ id }) => id, whole: true },
    { title: 'count', of: ({ count }) => String(count), right: true },
    { title: 'name', of: ({ name }) => name },
  ]
  const rows: Row[] = [
    { id: 'job_0123456789abcdef', name: 'a name that is far too long for a narrow terminal', count: 7 },
    { id: 'job_1', name: '花の分類器を学習する長い名前のジョブ', count: 12_345 },
  ]
  const lines = (width: number): string[] => table(rows, columns, width).split('\n').slice(0, -1)

  it('has a title and a line per row, numbers at the right', () => {
    expect(lines(Infinity)).toEqual([
      'ID                    COUNT  NAME',
      'job_0123456789abcdef      7  a name that is far too long for a narrow terminal',
      'job_1                 12345  花の分類器を学習する長い名前のジョブ',
    ])
  })

  it.each([120, 60, 45])('fits %i columns of the terminal, and cuts no id', (width) => {
    for (const line of lines(width)) expect(widthOf(line)).toBeLessThanOrEqual(width)
    expect(lines(width)[1]).toContain('job_0123456789abcdef')
  })

  it('cuts what may be cut to its least, and lets ids go over the edge of a terminal that is narrower still', () => {
    expect(lines(10)[1]).toMatch(/^job_0123456789abcdef {6}7 {2}\S.*…/)
  })

  it('prints nothing that a terminal would obey, and nothing of no rows', () => {
    expect(table([{ id: 'a', name: `${ESCAPE}31mred`, count: 1 }], columns)).not.toContain(ESCAPE)
    expect(table([], columns)).toBe('')
  })

  it('has colours where they are wanted, which take no columns', () => {
    const styledColumns: readonly Column<Row>[] = [{ ...columns[0]!, style: () => 'green' }, columns[2]!]
    const plain = table(rows, styledColumns, 60)
    invoke({ color: 'always' })
    const coloured = table(rows, styledColumns, 60)
    expect(coloured).toContain(`${ESCAPE}32mjob_1${ESCAPE}39m`)
    // oxlint-disable-next-line no-control-regex
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain)
  })

  it('of fields leaves out what has no value', () => {
    expect(fields({ id: 'job_1', reason: null, 'data set': 'pets', tags: '' })).toBe(
      'id        job_1\ndata set  pets\n',
    )
  })
})

describe('what a command prints', () => {
  const result = { value: { id: 'job_1' }, text: 'a table\n', ids: ['job_1', 'job_2'] }

  it.each([
    [{}, 'a table\n'],
    [{ json: true }, '{\n  "id": "job_1"\n}\n'],
    [{ quiet: true }, 'job_1\njob_2\n'],
    [{ json: true, quiet: true }, '{\n  "id": "job_1"\n}\n'],
  ])('with %j is %j', (flags, text) => {
    invoke(flags)
    expect(printed('stdout', () => show(result))).toBe(text)
  })

  it('forgets the options of the command before it', () => {
    invoke({ json: true, profile: 'x' })
    invoke({ quiet: true })
    expect(invocation).toEqual({ json: false, quiet: true, color: 'auto', profile: undefined })
  })

  it('warns on standard error, also quietly', () => {
    invoke({ quiet: true })
    expect(printed('stderr', () => warn('too few images'))).toBe('warning: too few images\n')
  })
})

describe('colours', () => {
  const terminal = { isTTY: true }
  it.each([
    ['a terminal', terminal, {}, true],
    ['a file', { isTTY: false }, {}, false],
    ['a terminal with NO_COLOR', terminal, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
    ['a file with FORCE_COLOR', { isTTY: false }, { FORCE_COLOR: '1' }, true],
    ['a terminal with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ])('on %s', (_, stream, environment, expected) => {
    expect(hasColor(stream, environment)).toBe(expected)
  })

  it('are as --color says', () => {
    invoke({ color: 'never' })
    expect(hasColor(terminal, { FORCE_COLOR: '1' })).toBe(false)
    invoke({ color: 'always' })
    expect(hasColor({ isTTY: false }, { NO_COLOR: '1' })).toBe(true)
  })
})

it.each([40, 60, 100, 200])('progress is one line of %i columns at most', (columns) => {
  const note = '0:41 left, loss 0.123, validation 91.2 %, batch accuracy 93.1 %, 1234 images/s'
  for (const fraction of [0, 0.5, 1]) {
    const line = barLine({ title: 'training', fraction, note }, { columns, full: '█', empty: '░' })
    expect(widthOf(line)).toBeLessThan(columns)
    expect(line).toMatch(/^training +[█░]{4,40} +\d+ %/)
    if (columns === 200) expect(line).toContain(note)
  }
})
