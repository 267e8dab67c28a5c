import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { png } from '../../../helpers/archives.ts'
import { rawTar, rawZip } from '../../../helpers/raw-archives.ts'
import { dataOf, sourceReader } from '../../../helpers/read-source.ts'

let reader: Awaited<ReturnType<typeof sourceReader>>
beforeAll(async () => {
  reader = await sourceReader()
})
afterAll(() => reader.remove())

const LINKS: [path: string, target: string][] = [
  ['b/file.png', '../a/1.png'],
  ['b/chain.png', 'file.png'],
  ['c', 'a'],
  ['through/c.png', '../c/2.png'],
  ['out.png', '../outside.png'],
  ['absolute.png', '/etc/passwd'],
  ['nowhere.png', 'missing.png'],
  ['self.png', 'self.png'],
  ['round/back', '..'],
  ['store.png', '.git/annex/objects/x.png'],
]
const FILES = ['a/1.png', 'a/2.png', '.git/annex/objects/x.png']

describe('links in an archive', () => {
  it.each(['tar', 'tar.gz', 'zip'])(
    'lead to files and folders of the archive, and to nothing else: %s',
    async (kind) => {
      const files = FILES.map((name, i) => ({ name, data: png(i) }))
      const tar = rawTar([...LINKS.map(([name, linkName]) => ({ name, linkName, type: '2' })), ...files])
      const zip = rawZip([
        ...LINKS.map(([name, target]) => ({ name, data: Buffer.from(target), mode: 0o120777 })),
        ...files,
      ])
      const read = await reader.read(kind === 'zip' ? zip : kind === 'tar' ? tar : gzipSync(tar))
      const aside = read.entries.flatMap((one) =>
        one.kind === 'broken' ? [`${one.path}: ${one.problem.message}`] : [],
      )
      expect(aside.sort()).toEqual([
        'absolute.png: The link leads out of the archive, to "/etc/passwd"; it was set aside.',
        'nowhere.png: The link leads to "missing.png", which is not in the archive; it was set aside.',
        'out.png: The link leads out of the archive, to "../outside.png"; it was set aside.',
        'round/back: The link leads round in a circle; it was set aside.',
        'self.png: The link leads round in a circle; it was set aside.',
      ])
      const images = read.lines.filter((line) => line.startsWith('image')).sort()
      expect(images).toEqual(
        ['a/1.png', 'a/2.png', 'b/chain.png', 'b/file.png', 'c/1.png', 'c/2.png', 'store.png', 'through/c.png'].map(
          (path) => `image ${path}`,
        ),
      )
      expect(dataOf(read, 'b/chain.png').equals(png(0))).toBe(true)
      expect(dataOf(read, 'through/c.png').equals(png(1))).toBe(true)
      expect(dataOf(read, 'store.png').equals(png(2))).toBe(true)
    },
  )

  it('that lead to each other are set aside', async () => {
    const tar = rawTar([
      { name: 'a/1.png', data: png(1) },
      { name: 'b/1.png', data: png(2) },
      { name: 'a/b', type: '2', linkName: '../b' },
      { name: 'b/a', type: '2', linkName: '../a' },
    ])
    const { lines } = await reader.read(tar)
    expect(lines).toContain('image a/b/1.png')
    expect(lines).toContain('archive_link a/b')
    expect(lines.length).toBeLessThan(20)
  })

  it('may be hard ones in a tar', async () => {
    const tar = rawTar([
      { name: 'a/1.png', data: png(1) },
      { name: 'b/1.png', type: '1', linkName: 'a/1.png' },
      { name: 'b/2.png', type: '1', linkName: 'a/2.png' },
    ])
    const read = await reader.read(tar)
    expect(read.lines).toEqual(['image a/1.png', 'image b/1.png', 'archive_link b/2.png'])
    expect(dataOf(read, 'b/1.png').equals(png(1))).toBe(true)
  })

  it('count as what they unpack to', async () => {
    const data = Buffer.alloc(1_000_000)
    const links = Array.from({ length: 100 }, (_, i) => ({ name: `b/${i}.png`, type: '1', linkName: 'a/1.png' }))
    const tar = gzipSync(rawTar([{ name: 'a/1.png', data }, ...links]))
    expect((await reader.failure(tar)).code).toBe('archive_ratio')
  })
})

describe('links in a folder', () => {
  it('are followed wherever they lead, and set aside where they lead nowhere or in a circle', async () => {
    const root = join(reader.path, 'linked')
    const elsewhere = join(reader.path, 'elsewhere')
    await mkdir(join(root, 'a/deep'), { recursive: true })
    await mkdir(join(elsewhere, 'bee'), { recursive: true })
    await writeFile(join(root, 'a/1.png'), png(1))
    await writeFile(join(elsewhere, 'bee/2.png'), png(2))
    await link(join(root, 'a/1.png'), join(root, 'a/3.png'))
    await symlink('../elsewhere/bee', join(root, 'bee'))
    await symlink(join(elsewhere, 'bee/2.png'), join(root, 'a/2.png'))
    await symlink('missing.png', join(root, 'a/4.png'))
    await symlink('5.png', join(root, 'a/5.png'))
    await symlink('..', join(root, 'a/deep/up'))
    const read = await reader.read(root)
    expect(read.lines).toEqual([
      'folder a',
      'image a/1.png',
      'image a/2.png',
      'image a/3.png',
      'archive_link a/4.png',
      'archive_link a/5.png',
      'folder a/deep',
      'archive_link a/deep/up',
      'folder bee',
      'image bee/2.png',
    ])
    expect(dataOf(read, 'bee/2.png').equals(png(2))).toBe(true)
  })
})
