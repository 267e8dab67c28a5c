import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../../src/data/ingest.ts'
import { openPacked } from '../../../src/data/open.ts'
import { DEFAULT_LIMITS } from '../../../src/data/source/budget.ts'
import { AppError } from '../../../src/errors.ts'
import {
  classFolders,
  png,
  tarBytes,
  temporaryFolder,
  writeFolder,
  writeTar,
  writeTarGz,
  writeTarZst,
  writeZip,
  zstdStored,
} from '../../helpers/archives.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let count = 0
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

const fresh = (suffix = ''): string => join(folder.path, `${++count}${suffix}`)

async function failure(source: string, limits = DEFAULT_LIMITS): Promise<AppError> {
  const out = fresh('.out')
  const before = (await readdir(folder.path)).length
  const error: unknown = await ingest(source, out, { limits }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(AppError)
  expect((await readdir(folder.path)).length).toBe(before)
  return error as AppError
}

describe('ingest reads', () => {
  const files = classFolders(3, 20)
  it.each([
    ['a folder', () => writeFolder(fresh(), files)],
    ['a zip', () => writeZip(fresh('.zip'), files)],
    ['a tar.gz', () => writeTarGz(fresh('.tar.gz'), files)],
    [
      'a zip with one more folder around',
      () =>
        writeZip(
          fresh('.zip'),
          Object.fromEntries(Object.entries(files).map(([name, data]) => [`photos/${name}`, data])),
        ),
    ],
  ])('%s into the same data set', async (_, make) => {
    const { manifest, report } = await ingest(await make(), fresh('.out'))
    expect(manifest.classes).toEqual(['class0', 'class1', 'class2'])
    expect(manifest.channels).toBe(1)
    expect(manifest.uniform).toEqual({ width: 12, height: 12 })
    expect(manifest.counts).toEqual({ train: 48, val: 6, test: 6 })
    expect(report.splits).toEqual({ val: 'drawn', test: 'drawn' })
    expect(report.quarantined.count).toBe(0)
  })

  it('splits that are given, and draws the one that is missing', async () => {
    const source = await writeZip(fresh('.zip'), {
      ...classFolders(2, 20, { prefix: 'train/' }),
      ...Object.fromEntries(
        [0, 1].flatMap((label) => [0, 1, 2].map((i) => [`test/class${label}/${i}.png`, png(900 + label * 10 + i)])),
      ),
    })
    const { manifest, report } = await ingest(source, fresh('.out'))
    expect(manifest.counts).toEqual({ train: 36, val: 4, test: 6 })
    expect(report.splits).toEqual({ val: 'drawn', test: 'given' })
  })

  it('labels.csv, with splits', async () => {
    const images = Object.fromEntries([...Array(8).keys()].map((i) => [`images/${i}.png`, png(i)]))
    const rows = [...Array(8).keys()].map(
      (i) => `images/${i}.png,${i % 2 ? 'cat' : 'dog'},${i < 4 ? 'train' : i < 6 ? 'val' : 'test'}`,
    )
    const source = await writeFolder(fresh(), {
      ...images,
      'labels.csv': Buffer.from(['file,label,split', ...rows].join('\n')),
    })
    const { manifest } = await ingest(source, fresh('.out'))
    expect(manifest.classes).toEqual(['cat', 'dog'])
    expect(manifest.counts).toEqual({ train: 4, val: 2, test: 2 })
  })

  it('a tar.zst into the data set that the same files in a zip become, in whatever order', async () => {
    const path = fresh('.tar.zst')
    const entries = Object.entries(files).map(([name, data]) => ({ name, data }))
    await writeFile(path, zstdStored(await tarBytes(entries.reverse())))
    const fromTar = await ingest(path, fresh('.out'))
    const fromZip = await ingest(await writeZip(fresh('.zip'), files), fresh('.out'))
    // Shards have the images in the order of the archive.
    expect({ ...fromTar.manifest, shards: [] }).toEqual({ ...fromZip.manifest, shards: [] })
  })

  it('past files that lie beside the split folders, hidden ones and what macOS adds', async () => {
    const { manifest, report } = await ingest(
      await writeZip(fresh('.zip'), {
        ...classFolders(2, 10, { prefix: 'data/train/' }),
        'data/preview.png': png(500),
        'data/train/class0/.DS_Store': Buffer.from('x'),
        '__MACOSX/data/train/class0/._0.png': Buffer.from('x'),
      }),
      fresh('.out'),
    )
    expect(manifest.classes).toEqual(['class0', 'class1'])
    expect(report.quarantined.files).toMatchObject([{ file: 'data/preview.png', code: 'image_unlabelled' }])
  })

  it('classes by number, also those named like properties of objects', async () => {
    const images = Object.fromEntries(
      ['10', '9', 'constructor'].flatMap((name, label) =>
        [0, 1, 2].map((i) => [`${name}/${i}.png`, png(label * 10 + i)]),
      ),
    )
    const { manifest } = await ingest(await writeZip(fresh('.zip'), images), fresh('.out'))
    expect(manifest.classes).toEqual(['9', '10', 'constructor'])
  })

  it('equal images into one split when it draws them, also where their classes differ', async () => {
    const images = classFolders(2, 20)
    for (let i = 0; i < 20; i++) images[`class1/${i}.png`] = images[`class0/${i}.png`] ?? png(i)
    const out = fresh('.out')
    await ingest(await writeZip(fresh('.zip'), images), out)
    const items = (await readFile(join(out, 'items.jsonl'), 'utf8'))
      .split('\n')
      .map((line) => JSON.parse(line) as { split: string; sha256: string })
    const splitsOf = new Map<string, Set<string>>()
    for (const { sha256, split } of items) splitsOf.set(sha256, (splitsOf.get(sha256) ?? new Set<string>()).add(split))
    expect(splitsOf.size).toBe(20)
    expect([...splitsOf.values()].every((splits) => splits.size === 1)).toBe(true)
  })

  it('grey and coloured images together as three channels', async () => {
    const colour = Buffer.from(
      encode({ width: 12, height: 12, channels: 3, depth: 8, data: new Uint8Array(432).fill(9) }),
    )
    const out = fresh('.out')
    const { manifest } = await ingest(
      await writeZip(fresh('.zip'), { ...classFolders(2, 6), 'class0/c.png': colour }),
      out,
    )
    expect(manifest.channels).toBe(3)
    const { offset } = openPacked(out).location('train', 0)
    const [r, g, b] = (await readFile(join(out, 'pixels.bin'))).subarray(offset)
    expect([g, b]).toEqual([r, r])
  })

  it('pixels that are what was drawn', async () => {
    const out = fresh('.out')
    await ingest(await writeZip(fresh('.zip'), classFolders(2, 6)), out)
    const dataset = openPacked(out)
    const pixels = await readFile(join(out, 'pixels.bin'))
    const { offset, width } = dataset.location('train', 0)
    const label = dataset.labels('train')[0] ?? 0
    expect(pixels[offset + label * (width / 2)]).toBeGreaterThan(199)
    expect(await dataset.fileName('train', 0)).toMatch(/^class\d\/\d\.png$/)
  })
})

describe('ingest sets aside and lists', () => {
  it('at most 200 warnings, and how many more there are', async () => {
    const broken = Array.from({ length: 250 }, (_, i) => `broken${i}.png`)
    const rows = [...Object.keys(classFolders(2, 10)), ...broken].map(
      (path) => `${path},${path.split('/', 1)[0] ?? ''}`,
    )
    const source = await writeZip(fresh('.zip'), {
      ...classFolders(2, 10),
      ...Object.fromEntries(broken.map((path) => [path, Buffer.from('not an image')])),
      'labels.csv': Buffer.from(['file,label', ...rows].join('\n')),
    })
    const { report } = await ingest(source, fresh('.out'))
    expect(report.quarantined.count).toBe(250)
    expect(report.warnings).toHaveLength(201)
    expect(report.warnings.at(-1)).toMatch(/^There are \d+ more warnings\.$/)
  })

  it('files that do not decode, and keeps the rest', async () => {
    const { manifest, report } = await ingest(
      await writeZip(fresh('.zip'), {
        ...classFolders(2, 10),
        'class0/broken.png': Buffer.from('not an image'),
        'class1/cut.png': png(5).subarray(0, 60),
      }),
      fresh('.out'),
    )
    expect(manifest.counts.train + manifest.counts.val + manifest.counts.test).toBe(20)
    expect(report.quarantined.files.map(({ file, code }) => [file, code]).sort()).toEqual([
      ['class0/broken.png', 'image_undecodable'],
      ['class1/cut.png', 'image_undecodable'],
    ])
  })

  it('images of too many pixels', async () => {
    const { report } = await ingest(
      await writeZip(fresh('.zip'), { ...classFolders(2, 5), 'class0/huge.png': png(1, 200) }),
      fresh('.out'),
      { limits: { ...DEFAULT_LIMITS, pixels: 10_000 } },
    )
    expect(report.quarantined.files).toMatchObject([{ file: 'class0/huge.png', code: 'image_too_many_pixels' }])
  })

  it('and reports duplicates within a split', async () => {
    const { report } = await ingest(
      await writeZip(fresh('.zip'), {
        ...classFolders(2, 10),
        'class0/copy.png': classFolders(2, 10)['class0/3.png'] ?? png(0),
      }),
      fresh('.out'),
    )
    expect(report.duplicates).toEqual({ count: 1, groups: [['class0/3.png', 'class0/copy.png']] })
  })
})

describe('ingest refuses, and leaves nothing behind', () => {
  it('a file that is no archive', async () => {
    await writeFile(fresh('.zip'), 'hello')
    expect((await failure(join(folder.path, `${count}.zip`))).code).toBe('archive_invalid')
  })

  it('a zip that is cut short', async () => {
    const path = await writeZip(fresh('.zip'), classFolders(2, 10))
    await truncate(path, 1500)
    expect((await failure(path)).code).toBe('archive_truncated')
  })

  it('a tar.gz that is cut short', async () => {
    const path = await writeTarGz(fresh('.tar.gz'), classFolders(2, 10))
    await truncate(path, 700)
    expect((await failure(path)).code).toBe('archive_truncated')
  })

  it('an archive with no images', async () => {
    expect((await failure(await writeZip(fresh('.zip'), { 'readme/a.txt': Buffer.from('text') }))).code).toBe(
      'dataset_empty',
    )
    expect((await failure(await writeZip(fresh('.zip'), {}))).code).toBe('dataset_empty')
    const nested = await failure(await writeZip(fresh('.zip'), { 'train.zip': Buffer.from('PK') }))
    expect(nested.message).toBe(
      'The data set holds no images: it holds an archive, train.zip, which is not read; unpack it, and give its folder or the archive itself.',
    )
  })

  it('one class', async () => {
    const error = await failure(await writeZip(fresh('.zip'), classFolders(1, 10)))
    expect(error.code).toBe('dataset_one_class')
    expect(error.message).toContain('class0')
  })

  it('training images that all have equal ones in other splits, or are all broken, and says so', async () => {
    const twice = Object.fromEntries(
      ['train', 'test'].flatMap((split) => [1, 2].map((n) => [`${split}/class${n}/a.png`, png(n)])),
    )
    expect((await failure(await writeZip(fresh('.zip'), twice))).message).toContain('each has an equal one')
    const broken = { ...twice, 'train/class1/a.png': Buffer.from('x'), 'train/class2/a.png': Buffer.from('x') }
    expect((await failure(await writeZip(fresh('.zip'), broken))).message).toMatch(
      /2 files were set aside, first train\/class1\/a\.png: /,
    )
  })

  it('images in no class folders', async () => {
    expect((await failure(await writeZip(fresh('.zip'), { 'a.png': png(1), 'b.png': png(2) }))).code).toBe(
      'dataset_layout',
    )
  })

  it.each(['../outside.png', '/etc/outside.png', 'class0/../../outside.png'])('a tar entry at %s', async (name) => {
    const path = fresh('.tar')
    await writeFile(
      path,
      await tarBytes([
        { name: 'class0/a.png', data: png(1) },
        { name, data: png(2) },
      ]),
    )
    expect((await failure(path)).code).toBe('archive_path_escape')
  })

  it('a zip entry outside the archive', async () => {
    const path = await writeZip(fresh('.zip'), { 'class0/aaaaa.png': png(1), 'xx/yyyyyyyyy.png': png(2) })
    const bytes = await readFile(path)
    await writeFile(
      path,
      Buffer.from(bytes.toString('latin1').replaceAll('xx/yyyyyyyyy.png', '../outsidepp.png'), 'latin1'),
    )
    expect((await failure(path)).code).toBe('archive_path_escape')
  })

  it('more entries, or more bytes, or a higher ratio than allowed', async () => {
    const many = await writeZip(fresh('.zip'), classFolders(2, 20))
    expect((await failure(many, { ...DEFAULT_LIMITS, entries: 10 })).code).toBe('archive_too_many_entries')
    expect((await failure(many, { ...DEFAULT_LIMITS, unpackedBytes: 1000 })).code).toBe('archive_too_large')
    const large = await failure(many, { ...DEFAULT_LIMITS, fileBytes: 50 })
    expect(large).toMatchObject({ code: 'dataset_empty', message: expect.stringContaining('at most 50') as string })
    const bomb = await writeTarGz(fresh('.tar.gz'), { 'class0/zeros.png': Buffer.alloc(20_000_000) })
    expect((await failure(bomb)).code).toBe('archive_ratio')
  })

  it('more classes, longer names, or more of them together than allowed, and names the bound', async () => {
    const many = await writeZip(fresh('.zip'), classFolders(5, 3))
    expect((await failure(many, { ...DEFAULT_LIMITS, classes: 4 })).message).toContain('5 classes; at most 4')
    expect((await failure(many, { ...DEFAULT_LIMITS, classNameBytes: 20 })).message).toContain('at most 20')
    const name = 'n'.repeat(201)
    const long = await failure(await writeZip(fresh('.zip'), { [`${name}/a.png`]: png(1), 'b/b.png': png(2) }))
    expect(long.code).toBe('dataset_layout')
    expect(long.message).toMatch(/^The name of class n+… has 201 characters; at most 200 are allowed\.$/)
  })

  it('more packed bytes than allowed, and sets aside an image that is long and narrow', async () => {
    const many = await writeZip(fresh('.zip'), classFolders(2, 10))
    expect((await failure(many, { ...DEFAULT_LIMITS, packedBytes: 1000 })).code).toBe('dataset_too_large')
    const narrow = Buffer.from(
      encode({ width: 256, height: 6000, channels: 1, depth: 8, data: new Uint8Array(256 * 6000) }),
    )
    const { report } = await ingest(
      await writeZip(fresh('.zip'), { ...classFolders(2, 5), 'class0/narrow.png': narrow }),
      fresh('.out'),
    )
    expect(report.quarantined.files).toMatchObject([{ file: 'class0/narrow.png', code: 'image_aspect_ratio' }])
  })

  it.each([
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '["a.png","x"]'],
    ['a text', '"a"'],
    ['half a surrogate pair in a class', '{"file":"a.png","label":"\\ud800x"}'],
    ['NUL in a class', '{"file":"a.png","label":"x\\u0000"}'],
    ['half a surrogate pair in a split', '{"file":"a.png","label":"x","split":"\\ud800"}'],
    ['NUL in a file', '{"file":"a\\u0000.png","label":"x"}'],
    ['a class that is a list', '{"file":"a.png","label":[7]}'],
  ])('labels.jsonl with %s, and names the row', async (_, line) => {
    const labels = Buffer.from(`{"file":"b.png","label":"y"}\n${line}`)
    const source = await writeZip(fresh('.zip'), { 'a.png': png(1), 'b.png': png(2), 'labels.jsonl': labels })
    const error = await failure(source)
    expect(error.code).toBe('dataset_layout')
    expect(error.message).toContain('labels.jsonl')
    expect(error.message).not.toMatch(/[\p{Cc}\p{Cs}]/u)
  })

  it('whatever PostgreSQL could not hold, wherever a text enters', async () => {
    const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 })
    const odd = fc.oneof(word, fc.constantFrom('\0', '\ud800', 'a\u0001', '\udfff!', '__proto__', 'ü', '😀'))
    const inFolder = (name: string): string => name.replaceAll(/[\\/:]/g, '_')
    await fc.assert(
      fc.asyncProperty(odd, odd, odd, fc.constantFrom('folder', 'csv', 'jsonl'), async (label, file, split, kind) => {
        const [name, good] = [`${inFolder(file)}.png`, classFolders(2, 3)]
        const row = JSON.stringify({ file: name, label, split })
        const entries = [
          ...Object.entries(good).map(([path, data]) => ({ name: path, data })),
          { name: kind === 'folder' ? `${inFolder(label)}/${name}` : name, data: png(99) },
        ]
        const rows = Object.keys(good).map((path) => ({ file: path, label: path.slice(0, 6) }))
        if (kind === 'jsonl')
          entries.push({
            name: 'labels.jsonl',
            data: Buffer.from([...rows.map((r) => JSON.stringify(r)), row].join('\n')),
          })
        if (kind === 'csv')
          entries.push({
            name: 'labels.csv',
            data: Buffer.from(
              ['file,label', ...rows.map((r) => `${r.file},${r.label}`), `${name},${label}`].join('\n'),
            ),
          })
        const path = fresh('.tar')
        await writeFile(path, await tarBytes(entries))
        const said = await ingest(path, fresh('.out')).then(
          (result) => result,
          (error: unknown) =>
            error instanceof AppError && !error.code.startsWith('archive_')
              ? { detail: error.message }
              : { code: error instanceof AppError },
        )
        const texts: string[] = []
        JSON.stringify(said, (key, value: unknown) => {
          texts.push(key)
          if (typeof value === 'string') texts.push(value)
          return value
        })
        for (const text of texts) expect(text).not.toMatch(/[\p{Cc}\p{Cs}]/u)
        expect(said).not.toEqual({ code: false })
      }),
      { numRuns: 60, seed: 11 },
    )
  })

  it('two splits with the same image if it is told to, and names them', async () => {
    const source = await writeZip(fresh('.zip'), {
      ...classFolders(2, 5, { prefix: 'train/' }),
      'test/class0/x.png': classFolders(2, 5)['class0/2.png'] ?? png(0),
      'test/class1/y.png': png(77),
    })
    const error: unknown = await ingest(source, fresh('.out'), { leakage: 'refuse' }).catch((e: unknown) => e)
    expect(error).toMatchObject({
      code: 'split_leakage',
      message: expect.stringContaining('train/class0/2.png (train) and test/class0/x.png (test)') as string,
    })
    const { report } = await ingest(source, fresh('.out'))
    expect(report.images).toMatchObject({ test: 2 })
    expect(report.leaks).toEqual({
      count: 1,
      pairs: [{ file: 'train/class0/2.png', split: 'train', other: 'test/class0/x.png', otherSplit: 'test' }],
    })
    expect(report.quarantined.files).toMatchObject([{ file: 'train/class0/2.png', code: 'split_leakage' }])
  })

  it('when it is aborted, with the reason of the signal', async () => {
    const controller = new AbortController()
    const reason = new Error('the upload was taken back')
    const before = (await readdir(folder.path)).length
    const source = await writeZip(fresh('.zip'), classFolders(2, 300))
    const running = ingest(source, fresh('.out'), {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    })
    await expect(running).rejects.toBe(reason)
    expect((await readdir(folder.path)).length).toBe(before + 1)
  })

  it.each([
    ['zip', () => writeZip(fresh('.zip'), classFolders(2, 4))],
    ['tar.gz', () => writeTarGz(fresh('.tar.gz'), classFolders(2, 4))],
    ['tar', () => writeTar(fresh('.tar'), classFolders(2, 4))],
    ['tar.zst', () => writeTarZst(fresh('.tar.zst'), classFolders(2, 4))],
  ])('whatever a broken %s holds or lacks, with an error of its own', async (_, make) => {
    const path = await make()
    const good = await readFile(path)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.oneof(fc.constant(good.length), fc.nat(good.length)),
        async (changes, length) => {
          const bytes = Buffer.from(good)
          for (const [at, value] of changes) bytes[at] = value
          await writeFile(path, bytes.subarray(0, length))
          const before = (await readdir(folder.path)).length
          const out = fresh('.fuzz')
          const error: unknown = await ingest(path, out).then(
            () => rm(out, { recursive: true }),
            (reason: unknown) => reason,
          )
          if (error !== undefined) expect(error).toBeInstanceOf(AppError)
          expect((await readdir(folder.path)).length).toBe(before)
        },
      ),
      { numRuns: 30, seed: 7 },
    )
  })
})
