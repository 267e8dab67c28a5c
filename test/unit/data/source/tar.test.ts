import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tarBytes } from '../../../helpers/archives.ts'
import { paxData, rawTar } from '../../../helpers/raw-archives.ts'
import { dataOf, sourceReader } from '../../../helpers/read-source.ts'

let reader: Awaited<ReturnType<typeof sourceReader>>
beforeAll(async () => {
  reader = await sourceReader()
})
afterAll(() => reader.remove())

const image = randomBytes(700)

/** A folder with files of which only some blocks are written, packed by GNU tar. */
async function sparseTar(name: string, extents: number, ...options: string[]): Promise<{ tar: Buffer; file: Buffer }> {
  const folder = join(reader.path, name)
  await mkdir(join(folder, 'a'), { recursive: true })
  const file = Buffer.alloc((2 * extents + 1) * 65_536)
  const handle = await open(join(folder, 'a/holes.png'), 'w')
  for (let i = 0; i < extents; i++) {
    const part = randomBytes(4096)
    part.copy(file, (2 * i + 1) * 65_536)
    await handle.write(part, 0, part.byteLength, (2 * i + 1) * 65_536)
  }
  await handle.truncate(file.byteLength)
  await handle.close()
  await writeFile(join(folder, 'a/z.png'), image)
  const tar = execFileSync('tar', ['-C', folder, '--sort=name', '-S', ...options, '-cf', '-', 'a'], {
    maxBuffer: 2 ** 28,
  })
  return { tar, file }
}

describe('a tar archive', () => {
  it('is read in the formats of version 7, ustar, pax and GNU, with long names', async () => {
    const long = `${'a-folder-with-a-long-name/'.repeat(9)}ö.png`
    const folder = join(reader.path, 'long')
    await mkdir(join(folder, long, '..'), { recursive: true })
    await writeFile(join(folder, long), image)
    for (const format of ['gnu', 'pax']) {
      const tar = execFileSync('tar', ['-C', folder, `--format=${format}`, '-cf', '-', '.'])
      const read = await reader.read(tar)
      expect(read.lines.at(-1)).toBe(`image ${long}`)
      expect(dataOf(read, long).equals(image)).toBe(true)
    }
    for (const magic of ['', 'ustar\0', 'ustar  '])
      expect((await reader.read(rawTar([{ name: 'a/1.png', data: image, magic }]))).lines).toEqual(['image a/1.png'])
  })

  it('gives folders, and files by the type of old tools and of contiguous ones', async () => {
    const read = await reader.read(
      rawTar([
        { name: 'a/', type: '5' },
        { name: 'old/', type: '\0' },
        { name: 'a/1.png', type: '\0', data: image },
        { name: 'a/2.png', type: '7', data: image },
        { name: 'a/pipe', type: '6' },
      ]),
    )
    expect(read.lines).toEqual(['folder a', 'folder old', 'image a/1.png', 'image a/2.png'])
    expect(read.source.log.ignored.count).toBe(1)
  })

  it.each<[name: string, extents: number, ...options: string[]]>([
    ['GNU, map in the header', 3, '--format=gnu'],
    ['GNU, map in further blocks', 40, '--format=gnu'],
    ['pax 0.0', 5, '--format=pax', '--sparse-version=0.0'],
    ['pax 0.1', 5, '--format=pax', '--sparse-version=0.1'],
    ['pax 1.0', 40, '--format=pax', '--sparse-version=1.0'],
  ])('fills the holes of sparse files: %s', async (name, extents, ...options) => {
    const { tar, file } = await sparseTar(name, extents, ...options)
    expect(tar.byteLength).toBeLessThan(file.byteLength)
    const read = await reader.read(tar)
    expect(read.lines).toEqual(['folder a', 'image a/holes.png', 'image a/z.png'])
    expect(dataOf(read, 'a/holes.png').equals(file)).toBe(true)
    expect(dataOf(read, 'a/z.png').equals(image)).toBe(true)
    expect(read.source.log.warnings()[0]).toContain('a/holes.png')
  })

  it('sets a sparse file aside that is larger than a file may be, or whose map does not fit', async () => {
    const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`
    const map = (offset: number, bytes: number, size: number): Buffer =>
      Buffer.from(`${octal(offset)}${octal(bytes)}`.padEnd(96, '\0') + `\0${octal(size)}`, 'latin1')
    const sparse = (name: string, ...of: [number, number, number]) => ({
      name,
      type: 'S',
      data: image,
      sparse: map(...of),
    })
    const read = await reader.read(
      rawTar([
        sparse('a/vast.png', 0, 700, 2 ** 32),
        sparse('a/odd.png', 900, 700, 1000),
        { name: 'a/z.png', data: image },
      ]),
    )
    expect(read.lines).toEqual(['archive_too_large a/vast.png', 'file_damaged a/odd.png', 'image a/z.png'])
  })

  it('reads archives one after the other, and warns of what follows them', async () => {
    const one = await tarBytes([{ name: 'a/1.png', data: image }])
    const two = await tarBytes([{ name: 'a/2.png', data: image }])
    expect((await reader.read(Buffer.concat([one, two]))).lines).toEqual(['image a/1.png', 'image a/2.png'])
    const read = await reader.read(Buffer.concat([one, Buffer.alloc(700, 'x')]))
    expect(read.lines).toEqual(['image a/1.png'])
    expect(read.source.log.warnings()).toEqual([expect.stringContaining('were left out') as string])
  })

  it('is read whole where files reach over pieces of it, and one over several', async () => {
    const sizes = [700_001, 5_000_000, 10, 700_000, 1_048_576, 3, 2_500_000, 700]
    const files = sizes.map((size, i) => ({ name: `a/${i}.png`, data: randomBytes(size) }))
    const read = await reader.read(rawTar(files))
    for (const { name, data } of files) expect(dataOf(read, name).equals(data)).toBe(true)
  })

  it('counts a path once', async () => {
    const tar = rawTar([
      { name: 'a/1.png', data: image },
      { name: './a//1.png', data: randomBytes(10) },
    ])
    const read = await reader.read(tar)
    expect(read.lines).toEqual(['image a/1.png', 'file_repeated a/1.png'])
    expect(dataOf(read, 'a/1.png').equals(image)).toBe(true)
  })

  it('is refused where it is cut short or no header is where one begins', async () => {
    const tar = rawTar([{ name: 'a/1.png', data: image }])
    expect((await reader.failure(tar.subarray(0, 800))).code).toBe('archive_truncated')
    const noEnd = await reader.failure(rawTar([{ name: 'a/1.png', data: image }], { end: false }))
    expect(noEnd).toMatchObject({ code: 'archive_truncated' })
    const error = await reader.failure(Buffer.concat([tar.subarray(0, 1536), Buffer.alloc(1024, 'x')]))
    expect(error).toMatchObject({ code: 'archive_invalid' })
    expect(error.message).toContain('byte 1536')
    const volume = rawTar([{ name: 'a/1.png', type: 'M', data: image }])
    expect((await reader.failure(volume)).code).toBe('archive_unsupported')
  })

  it('is refused for an extended header that is larger than any real one, or that is broken', async () => {
    const x = (data: Buffer) =>
      rawTar([
        { name: 'x', type: 'x', data },
        { name: 'a/1.png', data: image },
      ])
    expect((await reader.failure(x(paxData([['comment', 'x'.repeat(1_100_000)]])))).code).toBe('archive_invalid')
    expect((await reader.failure(x(Buffer.from('99 path=a\n')))).code).toBe('archive_invalid')
    expect((await reader.failure(x(paxData([['size', '-5']])))).code).toBe('archive_invalid')
    expect((await reader.read(x(paxData([['path', 'b/ü.png']])))).lines).toEqual(['image b/ü.png'])
  })
})
