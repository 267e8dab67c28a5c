import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kindByContent } from '../../../../src/data/source/file-kind.ts'
import { png, writeFolder } from '../../../helpers/archives.ts'
import { rawTar, rawZip } from '../../../helpers/raw-archives.ts'
import { sourceReader } from '../../../helpers/read-source.ts'

let reader: Awaited<ReturnType<typeof sourceReader>>
beforeAll(async () => {
  reader = await sourceReader()
})
afterAll(() => reader.remove())

const text = Buffer.from('neither an image nor a table')
const FILES = {
  'a/1.png': png(1),
  'a/image-without-extension': png(2),
  'a/wrong.txt': png(3),
  'a/broken.jpg': Buffer.alloc(0),
  'a/notes.txt': text,
  'a/more.TXT': text,
  'a/sound.ogg': Buffer.from('OggS'),
  'a/README': text,
  'labels.csv': Buffer.from('file,label\n'),
  'Thumbs.db': text,
  'a/@eaDir/1.png': png(1),
  '$RECYCLE.BIN/x.png': png(1),
  '__MACOSX/a/._1.png': text,
  'a/._1.png': text,
  'a/.DS_Store': text,
  'a/.ipynb_checkpoints/1-checkpoint.png': png(1),
  '.22lr/1.png': png(4),
  '.22lr/2.png': png(5),
}

describe('files that are no images', () => {
  it.each(['zip', 'tar', 'folder'])(
    'are ignored and counted by extension, apart from broken images: %s',
    async (kind) => {
      const entries = Object.entries(FILES).map(([name, data]) => ({ name, data }))
      const folder = `${reader.path}/${kind}`
      const source =
        kind === 'zip' ? rawZip(entries) : kind === 'tar' ? rawTar(entries) : await writeFolder(folder, FILES)
      const { lines, source: opened } = await reader.read(source)
      expect(lines.filter((line) => /^(image|table|file_|image_)/.test(line)).sort()).toEqual([
        'image a/1.png',
        'image a/broken.jpg',
        'image a/image-without-extension',
        'image a/wrong.txt',
        'table labels.csv',
      ])
      const counts = Object.fromEntries(opened.log.ignored.byKind().map(({ kind: name, count }) => [name, count]))
      expect(counts).toMatchObject({
        '.txt': 2,
        '.ogg': 1,
        '(no extension)': 1,
        'Thumbs.db': 1,
        '@eaDir': 1,
        '.22lr': 2,
      })
      expect(opened.log.warnings()).toEqual([
        '.22lr is hidden, since its name starts with a dot: 2 images were ignored. Rename it to use them.',
      ])
    },
  )

  it('are why a data set is empty', async () => {
    const { source } = await reader.read(rawZip([{ name: 'a.txt' }, { name: 'b.txt' }, { name: 'c.ogg' }]))
    expect(source.log.explainEmpty()).toBe('it holds 3 files that are no images (2 .txt, 1 .ogg)')
    const nested = await reader.read(rawZip([{ name: 'train.zip' }, { name: 'test.tar.gz' }]))
    expect(nested.source.log.explainEmpty()).toBe(
      'it holds 2 archives (train.zip, test.tar.gz), which are not read; unpack them, and give the folder',
    )
    const among = await reader.read(rawZip([{ name: 'a/1.png', data: png(1) }, { name: 'test.7z' }]))
    expect(among.source.log.warnings()[0]).toContain('holds an archive, test.7z, which is not read')
  })

  it('are told from images by their first bytes', () => {
    for (const start of [
      'BMW is no bitmap, whatever its name says',
      'P1 is a class',
      'GIF',
      '{"a": 1}',
      '\0\0\0\x18ftypisom',
    ])
      expect(kindByContent(Buffer.from(start))).toBe('ignored')
    for (const start of ['P5\n# comment\n12 12\n255\n', 'GIF89a', 'RIFF\0\0\0\0WEBP', '\0\0\0\x18ftypheic'])
      expect(kindByContent(Buffer.from(start))).toBe('image')
  })
})

describe('a file that is no data set', () => {
  it.each([
    ['', 'is empty'],
    ["7z\xbc\xaf'\x1c\0\x04", 'a 7-Zip archive'],
    ['Rar!\x1a\x07\x01\0', 'a RAR archive'],
    ['PAR1', 'a Parquet table'],
    ['<!DOCTYPE html><html>', 'an HTML page'],
    ['version https://git-lfs.github.com/spec/v1\n', 'a pointer of Git LFS'],
    ['file,label\na.png,ant\n', 'a text file'],
    ['\0\x01\x02\x03', 'of no format that is known here'],
  ])('is named: %j', async (start, name) => {
    const error = await reader.failure(Buffer.from(start, 'latin1'))
    expect(error).toMatchObject({ code: 'archive_invalid' })
    expect(error.message).toContain(name)
    expect(error.message).toContain('.tar.zst')
  })

  it('is named where it is an image, or is not there', async () => {
    expect((await reader.failure(png(1))).message).toContain('a single image')
    expect((await reader.failure('/nowhere/at/all')).message).toContain('does not exist')
  })
})
