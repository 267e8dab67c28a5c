import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { cp, link, mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest, type IngestOptions } from '../../../src/data/ingest.ts'
import { makeVersion, type MadeVersion } from '../../../src/data/make-version.ts'
import { openPacked } from '../../../src/data/open.ts'
import { readPackedImage } from '../../../src/data/packed/packed-image.ts'
import { compareItems } from '../../../src/data/packed/compare-items.ts'
import { queryItems } from '../../../src/data/packed/query-items.ts'
import type { DatasetChanges } from '../../../src/job-spec/dataset-changes.ts'
import { temporaryFolder, writeFolder, type Files } from '../../helpers/archives.ts'

const SIDE = 12
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let count = 0
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

/** Pseudo-random bits of a number. */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}

/** An image of its own for each seed. */
function image(
  seed: number,
  { channels = 1, depth = 8, scale = 1 }: { channels?: number; depth?: 8 | 16; scale?: number } = {},
): Buffer {
  const data = Array.from({ length: SIDE * SIDE * channels }, (_, at) => {
    if (channels % 2 === 0 && at % channels === channels - 1) return at % 3 === 0 ? 0 : 255
    return (mixed(seed * 4096 + at) >>> 24) * scale
  })
  const typed = depth === 16 ? Uint16Array.from(data) : Uint8Array.from(data)
  return Buffer.from(encode({ width: SIDE, height: SIDE, channels, depth, data: typed }))
}

/** Three classes with images in all splits. */
function given(options?: Parameters<typeof image>[1]): Files {
  const files: Files = {}
  for (const [c, name] of ['ant', 'bee', 'cat'].entries())
    for (const [split, images] of [
      ['train', 6],
      ['val', 2],
      ['test', 2],
    ] as const)
      for (let i = 0; i < images; i++)
        files[`${split}/${name}/${i}.png`] = image(c * 100 + i + { train: 0, val: 40, test: 60 }[split], options)
  return files
}
const renamed = (files: Files, start: string): Files =>
  Object.fromEntries(Object.entries(files).map(([path, data]) => [join(dirname(path), start + basename(path)), data]))

const packed = async (files: Files, options?: IngestOptions) => {
  const [source, out] = [`${folder.path}/${++count}`, `${folder.path}/${count}.out`]
  return { ...(await ingest(await writeFolder(source, files), out, options)), out }
}
/** What a worker does: makes a version, and gives it the files that it has in common with its base. */
async function version(base: string, changes: DatasetChanges, append?: Files, options?: IngestOptions) {
  const out = `${folder.path}/${++count}.version`
  const upload = append === undefined ? {} : { upload: await writeFolder(`${folder.path}/${count}.append`, append) }
  const made = await makeVersion({ folder: base, changes, ...upload }, out, options)
  await share(base, out, made)
  return { ...made, out }
}
async function share(base: string, out: string, { links }: Pick<MadeVersion, 'links'>): Promise<void> {
  for (const [name, file] of Object.entries(links)) {
    await mkdir(dirname(join(out, name)), { recursive: true })
    await link(join(base, file), join(out, name))
  }
}
const filesOf = async (path: string, query = {}): Promise<string[]> =>
  (await queryItems(path, { limit: 500, ...query })).data.map(({ file }) => file)

describe('a version', () => {
  it('is what ingest makes of the changed files, with the same statistics', async () => {
    const files = given()
    const base = await packed(files)
    const append = { 'train/dog/1.png': image(901), 'test/dog/2.png': image(902), 'val/bee/new.png': image(903) }
    const made = await version(
      base.out,
      {
        remove: [{ file: 'train/ant/0.png' }, { class: 'cat', split: 'val' }],
        relabel: [{ file: 'train/ant/1.png', to: 'bee' }],
        move: [{ file: 'train/ant/2.png', to: 'test' }],
      },
      append,
    )
    const { 'train/ant/1.png': ant1, 'train/ant/2.png': ant2, ...rest } = files
    delete rest['train/ant/0.png']
    const wanted = Object.fromEntries(Object.entries(rest).filter(([path]) => !path.startsWith('val/cat')))
    // By path the order is another, so that names are kept that sort alike.
    const whole = await packed({ ...wanted, ...append, 'train/bee/0ant.png': ant1!, 'test/ant/0ant.png': ant2! })
    expect(made.changed).toEqual({ appended: 3, removed: 3, relabelled: 1, moved: 1 })
    expect(made.manifest.classes).toEqual(['ant', 'bee', 'cat', 'dog'])
    expect(made.manifest.counts).toEqual(whole.manifest.counts)
    expect(made.manifest.classCounts).toEqual(whole.manifest.classCounts)
    expect(made.manifest.mean[0]).toBeCloseTo(whole.manifest.mean[0]!, 12)
    expect(made.manifest.std[0]).toBeCloseTo(whole.manifest.std[0]!, 12)
    expect(
      new Set(
        (await queryItems(made.out, { limit: 500 })).data.map((item) => `${item.sha256} ${item.class} ${item.split}`),
      ),
    ).toEqual(
      new Set(
        (await queryItems(whole.out, { limit: 500 })).data.map((item) => `${item.sha256} ${item.class} ${item.split}`),
      ),
    )
    expect(made.report.changed).toEqual(made.changed)
  })

  it('shares the shards of its base, and leaves the base as it was', async () => {
    const base = await packed(given(), { shardBytes: 1000 })
    const before = readFileSync(join(base.out, 'manifest.json'))
    const made = await version(base.out, { move: [{ item: 0, to: 'val' }] }, undefined, { shardBytes: 1000 })
    const shards = made.manifest.shards!.map(({ sha256 }) => sha256)
    expect(shards).toEqual(base.manifest.shards!.map(({ sha256 }) => sha256))
    for (const sha256 of shards) {
      const path = join(made.out, 'shards', `${sha256}.bin`)
      expect(lstatSync(path).isFile()).toBe(true)
      expect(statSync(path).ino).toBe(statSync(join(base.out, 'shards', `${sha256}.bin`)).ino)
    }
    expect(readFileSync(join(base.out, 'manifest.json'))).toEqual(before)
    await rm(base.out, { recursive: true })
    expect((await readPackedImage(made.out, { split: 'test', index: 5 })).data).toHaveLength(SIDE * SIDE)
  })

  it('drops shards that it does not need, and finds the images in the others', async () => {
    const base = await packed(given(), { shardBytes: 1000 })
    const made = await version(base.out, { remove: [{ class: 'ant', split: 'train' }] })
    expect(made.manifest.shards!.length).toBeLessThan(base.manifest.shards!.length)
    const pixels = async (path: string, split: 'train' | 'test') => {
      const items = (await queryItems(path, { limit: 500, split })).data
      return Promise.all(
        items.map(async ({ file, index }) => [
          file,
          (await readPackedImage(path, { split, index: index! })).data.join(),
        ]),
      )
    }
    for (const split of ['train', 'test'] as const) {
      const before = new Map((await pixels(base.out, split)) as [string, string][])
      for (const [file, data] of (await pixels(made.out, split)) as [string, string][])
        expect(data, file).toBe(before.get(file))
    }
    const refused = readdirSync(join(made.out, 'shards'))
    expect(refused).toHaveLength(made.manifest.shards!.length)
  })

  it('of a version of a version, and of a folder of version 1, is as of any', async () => {
    const base = await packed(given())
    const old = `${folder.path}/${++count}.old`
    await cp(base.out, old, { recursive: true })
    const manifest = { ...base.manifest, formatVersion: 1, shards: undefined, storage: undefined }
    await writeFile(join(old, 'manifest.json'), JSON.stringify(manifest))
    for (const name of ['shards', 'items.idx', 'moments.bin', 'quarantined.jsonl'])
      await rm(join(old, name), { recursive: true })
    const changes = { relabel: [{ class: 'cat', to: 'bee' }] }
    const [ofOld, ofNew] = [await version(old, changes), await version(base.out, changes)]
    expect(ofOld.manifest.hash).toBe(ofNew.manifest.hash)
    expect(ofOld.manifest.mean).toEqual(ofNew.manifest.mean)
    expect(ofOld.manifest.classes).toEqual(['ant', 'bee'])
    const back = await version(ofOld.out, { remove: [{ file: 'train/cat/0.png' }] })
    expect(back.manifest.counts.train).toBe(17)
    expect(openPacked(back.out).labels('train')).toHaveLength(17)
  })

  it('says that a class has no image left', async () => {
    const base = await packed(given())
    const made = await version(base.out, { remove: [{ class: 'cat' }] })
    expect(made.manifest.classes).toEqual(['ant', 'bee'])
    expect(made.report.warnings.join()).toContain('Class cat has no image that can be used')
  })

  it('has its own problems, duplicates and leaks', async () => {
    const files = given()
    const base = await packed(files)
    const made = await version(
      base.out,
      {},
      {
        'train/ant/again.png': files['train/ant/0.png']!,
        'train/bee/leak.png': files['test/bee/0.png']!,
        'train/cat/broken.png': Buffer.from('no image'),
        'train/cat/0.png': image(555),
        'train/cat/1.png': files['train/cat/1.png']!,
      },
    )
    expect(made.changed.appended).toBe(1)
    expect(made.report.duplicates.count).toBe(2)
    expect(made.report.leaks.count).toBe(1)
    const codes = Object.fromEntries(made.report.quarantined.files.map(({ file, code }) => [file, code]))
    expect(codes).toMatchObject({
      'train/bee/leak.png': 'split_leakage',
      'train/cat/broken.png': 'image_undecodable',
      'train/cat/0.png': 'file_exists',
      'train/cat/1.png': 'file_exists',
    })
    expect((await filesOf(made.out, { status: 'quarantined' })).sort()).toEqual(Object.keys(codes).sort())
    expect(await filesOf(made.out, { suspicious: true })).toEqual(['train/ant/0.png', 'train/ant/again.png'])
  })

  it('replaces a file that is removed in the same request', async () => {
    const base = await packed(given())
    const made = await version(base.out, { remove: [{ file: 'train/ant/0.png' }] }, { 'train/ant/0.png': image(777) })
    expect(made.changed).toEqual({ appended: 1, removed: 1, relabelled: 0, moved: 0 })
    expect(await filesOf(made.out)).toEqual(await filesOf(base.out))
  })
})

describe('appended images', () => {
  const loose = (n: number): Files =>
    Object.fromEntries(
      ['ant', 'bee', 'cat'].flatMap((name, c) =>
        Array.from({ length: n }, (_, i) => [`${name}/new${i}.png`, image(2000 + c * 100 + i)]),
      ),
    )

  it.each([
    [undefined, { train: 78, val: 6, test: 6 }],
    ['val', { train: 18, val: 66, test: 6 }],
    ['test', { train: 18, val: 6, test: 66 }],
    ['draw', { train: 66, val: 12, test: 12 }],
  ] as const)('without a split go to %s', async (appendTo, counts) => {
    const base = await packed(given())
    const made = await version(base.out, appendTo === undefined ? {} : { appendTo }, loose(20))
    expect(made.manifest.counts).toEqual(counts)
  })

  it('of a group that is there go to its split', async () => {
    const rows = (entries: [file: string, label: string, group: string, split: string][]): Buffer =>
      Buffer.from(['file,label,group,split', ...entries.map((row) => row.join(','))].join('\n'))
    const first: [string, string, string, string][] = []
    const files: Files = {}
    for (const [i, split] of ['train', 'train', 'val', 'test'].entries())
      for (const label of ['ant', 'bee']) {
        const file = `${label}${i}.png`
        files[file] = image(i * 10 + label.length * 7 + label.charCodeAt(0))
        first.push([file, label, `p${i}`, split])
      }
    const base = await packed({ ...files, 'labels.csv': rows(first) })
    const made = await version(
      base.out,
      {},
      {
        'x.png': image(31),
        'y.png': image(32),
        'labels.csv': rows([
          ['x.png', 'ant', 'p2', ''],
          ['y.png', 'bee', 'p9', ''],
        ]),
      },
    )
    const items = (await queryItems(made.out, { limit: 100 })).data
    expect(items.find(({ file }) => file === 'x.png')).toMatchObject({ split: 'val', group: 'p2' })
    expect(items.find(({ file }) => file === 'y.png')).toMatchObject({ split: 'train', group: 'p9' })
  })

  it('in colour make a grey data set coloured', async () => {
    const base = await packed(given())
    const made = await version(base.out, {}, { 'train/ant/c.png': image(71, { channels: 3 }) })
    expect(made.manifest.channels).toBe(3)
    expect(made.manifest.mean[1]).not.toBe(made.manifest.mean[0])
    const { data, channels } = await readPackedImage(made.out, { split: 'test', index: 0 })
    const grey = (await readPackedImage(base.out, { split: 'test', index: 0 })).data
    expect(channels).toBe(3)
    expect(data.filter((_, i) => i % 3 === 1)).toEqual(grey)
  })

  it('in colour keep the transparency of grey ones', async () => {
    const base = await packed(given({ channels: 2 }))
    const made = await version(base.out, {}, { 'train/ant/c.png': image(71, { channels: 3 }) })
    const before = await readPackedImage(base.out, { split: 'test', index: 0 })
    const after = await readPackedImage(made.out, { split: 'test', index: 0 })
    expect([before.channels, after.channels]).toEqual([2, 4])
    expect(after.data.filter((_, i) => i % 4 === 3)).toEqual(before.data.filter((_, i) => i % 2 === 1))
    expect(made.manifest.background).toBe(base.manifest.background)
    expect(made.report.background?.images).toBe(30)
  })

  it('in colour keep the transparency of grey ones in a data set that is stored as JPEG', async () => {
    const mixed = { ...given(), ...renamed(given({ channels: 2 }), 'clear-') }
    const base = await packed(mixed, { maxRawBytes: 0 })
    expect([base.manifest.storage, base.manifest.channels]).toEqual(['jpeg', 1])
    const made = await version(base.out, {}, { 'train/ant/c.png': image(71, { channels: 3 }) }, { maxRawBytes: 0 })
    expect([made.manifest.storage, made.manifest.channels]).toEqual(['jpeg', 3])
    const clear = async (path: string) => {
      const items = (await queryItems(path, { limit: 500, split: 'test' })).data
      const { index } = items.find(({ file }) => file === 'test/bee/clear-0.png')!
      return readPackedImage(path, { split: 'test', index: index! })
    }
    const [before, after] = [await clear(base.out), await clear(made.out)]
    expect([before.channels, after.channels]).toEqual([2, 4])
    expect(after.data.filter((_, i) => i % 4 === 3)).toEqual(before.data.filter((_, i) => i % 2 === 1))
    expect(after.data.filter((_, i) => i % 4 === 1)).toEqual(before.data.filter((_, i) => i % 2 === 0))
  })

  it('that are deep are scaled as those before them, or refused', async () => {
    const base = await packed(given({ depth: 16, scale: 16 }))
    expect(base.manifest.range).toEqual({ bits: 12 })
    const made = await version(base.out, {}, { 'train/ant/d.png': image(72, { depth: 16, scale: 2 }) })
    expect(made.manifest.range).toEqual({ bits: 12 })
    expect(made.report.depth).toEqual({ images: 31, bits: 12 })
    await expect(
      version(base.out, {}, { 'train/ant/d.png': image(72, { depth: 16, scale: 200 }) }),
    ).rejects.toMatchObject({ code: 'dataset_incompatible' })
  })
})

describe('a change that cannot be made', () => {
  it.each<[DatasetChanges, string, RegExp]>([
    [
      { remove: [{ file: 'train/ant/0.png' }, { file: 'nope.png' }] },
      'dataset_change_invalid',
      /\/remove\/1 matches no image.*nope\.png/,
    ],
    [{ move: [{ item: 3, class: 'bee', to: 'val' }] }, 'dataset_change_invalid', /\/move\/0 matches no image/],
    [
      {
        relabel: [
          { class: 'ant', to: 'x' },
          { item: 0, to: 'y' },
        ],
      },
      'dataset_change_invalid',
      /\/relabel\/1 and \/relabel\/0 contradict each other/,
    ],
    [{ relabel: [{ class: 'ant', to: 'ant' }] }, 'dataset_unchanged', /nothing changes/],
    [{ remove: [{ class: 'ant' }, { class: 'bee' }] }, 'dataset_one_class', /one class/],
    [{ remove: [{ split: 'train' }] }, 'dataset_empty', /no training images/],
  ])('%j', async (changes, code, message) => {
    const base = await packed(given())
    const failed = version(base.out, changes)
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string })
    expect(existsSync(`${folder.path}/${count}.version`)).toBe(false)
    expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([])
  })
})

describe('items', () => {
  it('are found by class, split and findings, page by page', async () => {
    const files = given()
    const { out } = await packed({
      ...files,
      'train/bee/copy.png': files['train/ant/3.png']!,
      'val/cat/x.png': Buffer.from('x'),
    })
    const all = await filesOf(out)
    expect(all).toHaveLength(31)
    expect(await filesOf(out, { class: 'bee', split: 'val' })).toEqual(['val/bee/0.png', 'val/bee/1.png'])
    expect(await filesOf(out, { class: 'nothing' })).toEqual([])
    const suspicious = (await queryItems(out, { limit: 10, suspicious: true })).data
    expect(suspicious.map(({ file, findings }) => [file, findings])).toEqual([
      ['train/ant/3.png', ['duplicate', 'conflict']],
      ['train/bee/copy.png', ['duplicate', 'conflict']],
    ])
    const found: string[] = []
    for (let after: string | undefined, pages = 0; pages < 20; pages++) {
      const page = await queryItems(out, { limit: 4, suspicious: false, ...(after === undefined ? {} : { after }) })
      found.push(...page.data.map(({ file }) => file))
      if (page.nextCursor === null) break
      after = page.nextCursor
    }
    expect(found).toEqual(all.filter((file) => !suspicious.some((item) => item.file === file)))
    expect((await queryItems(out, { limit: 5, status: 'quarantined' })).data).toMatchObject([
      { file: 'val/cat/x.png', problem: { code: 'image_undecodable' }, item: null },
    ])
  })

  it('refuse a cursor of another list', async () => {
    const { out } = await packed({ ...given(), 'val/cat/x.png': Buffer.from('x'), 'val/cat/y.png': Buffer.from('y') })
    const { nextCursor } = await queryItems(out, { limit: 1 })
    for (const after of ['zzz', nextCursor!, Buffer.from('byte:3').toString('base64url')])
      await expect(queryItems(out, { limit: 1, status: 'quarantined', after })).rejects.toMatchObject({
        code: 'invalid_request',
      })
  })
})

describe('a comparison of versions', () => {
  it('names images that were appended, changed and removed, page by page', async () => {
    const base = await packed(given())
    const later = await version(
      base.out,
      {
        remove: [{ file: 'train/ant/0.png' }, { file: 'test/cat/1.png' }],
        relabel: [{ file: 'train/bee/1.png', to: 'wasp' }],
        move: [{ file: 'train/cat/2.png', to: 'test' }],
      },
      { 'train/bee/new.png': image(999) },
    )
    const whole = await compareItems(base.out, later.out, { limit: 100 })
    const changes = whole.data.map(({ file, change, before, after }) =>
      [change, file, before?.class, before?.split, after?.class, after?.split].join(' '),
    )
    expect(changes.sort()).toEqual([
      'appended train/bee/new.png   bee train',
      'changed train/bee/1.png bee train wasp train',
      'changed train/cat/2.png cat train cat test',
      'removed test/cat/1.png cat test  ',
      'removed train/ant/0.png ant train  ',
    ])
    expect(whole.nextCursor).toBeNull()

    const pages: string[] = []
    for (let after: string | undefined; ;) {
      const page = await compareItems(base.out, later.out, { limit: 1, ...(after === undefined ? {} : { after }) })
      pages.push(...page.data.map(({ file }) => file))
      if (page.nextCursor === null) break
      after = page.nextCursor
    }
    expect(pages).toEqual(whole.data.map(({ file }) => file))
  })

  it('finds nothing between a version and itself, and takes no cursor of others', async () => {
    const { out } = await packed(given())
    expect(await compareItems(out, out, { limit: 10 })).toEqual({ data: [], nextCursor: null })
    expect(() => compareItems(out, out, { limit: 10, after: 'made up' })).toThrow(/not one that was handed out/)
  })
})

describe('the list of images', () => {
  it('is filtered by part of the path, and by what was found', async () => {
    const files = given()
    const { out } = await packed({ ...files, 'train/ant/Copy.png': files['train/ant/0.png']! })
    expect(await filesOf(out, { file: 'cOpY' })).toEqual(['train/ant/Copy.png'])
    expect((await filesOf(out, { finding: 'duplicate' })).sort()).toEqual(['train/ant/0.png', 'train/ant/Copy.png'])
    expect(await filesOf(out, { finding: 'conflict' })).toEqual([])
    expect(await filesOf(out, { file: '0.png', class: 'ant', split: 'val' })).toEqual(['val/ant/0.png'])
  })
})
