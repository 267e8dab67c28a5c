import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest, type IngestOptions } from '../../../../src/data/ingest.ts'
import { openPacked } from '../../../../src/data/open.ts'
import { flatten } from '../../../../src/data/flatten.ts'
import { itemReader } from '../../../../src/data/packed/items.ts'
import { readPackedImage } from '../../../../src/data/packed/packed-image.ts'
import { datasetZip } from '../../../../src/data/zip-export/dataset-zip.ts'
import { SPLITS } from '../../../../src/job-spec/splits.ts'
import { classFolders, png, temporaryFolder, writeZip, type Files } from '../../../helpers/archives.ts'

let folder: string
let scratch: string
let remove: () => Promise<void>

beforeAll(async () => {
  ;({ path: folder, remove } = await temporaryFolder())
  scratch = join(folder, 'scratch')
  await mkdir(scratch)
})
afterAll(() => remove())

const requireThere = (): Promise<void> => Promise.resolve()

async function exported(packed: string, name: string): Promise<string> {
  const path = join(folder, name)
  await pipeline(Readable.from(datasetZip(packed, { scratch, requireThere })), createWriteStream(path))
  return path
}

/** A data set of the files, and one of what it is exported as. */
async function roundTrip(name: string, files: Files, options: IngestOptions = {}) {
  const paths = { first: join(folder, `${name}-1`), second: join(folder, `${name}-2`) }
  const first = await ingest(await writeZip(join(folder, `${name}.zip`), files), paths.first, options)
  const zip = await exported(paths.first, `${name}-export.zip`)
  const second = await ingest(zip, paths.second, options)
  return { first, second, zip, paths }
}

/** Class, split and pixels of each image on the ground of its data set, sorted. */
async function contentOf(packed: string): Promise<string[]> {
  const dataset = openPacked(packed)
  const { background = 'black', classes } = dataset.manifest
  const images: string[] = []
  for (const split of SPLITS)
    for (const [index, label] of dataset.labels(split).entries()) {
      const { data, channels } = flatten(await readPackedImage(packed, { split, index }), background)
      images.push(`${split} ${classes[label]} ${channels} ${Buffer.from(data).toString('base64')}`)
    }
  return images.sort()
}

const PYTHON = `
import csv, io, json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
rows = list(csv.DictReader(io.TextIOWrapper(z.open('labels.csv'), 'utf-8', newline='')))
missing = sorted(set(z.namelist()) ^ {'labels.csv', *(row['file'] for row in rows)})
print(json.dumps({'broken': z.testzip(), 'rows': rows, 'missing': missing}))
`

/** What Python makes of an archive: the first file that is broken, the rows of labels.csv, and files that are in one of both only. */
async function readByPython(path: string) {
  const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', PYTHON, path])
  return JSON.parse(stdout) as { broken: string | null; rows: { label: string }[]; missing: string[] }
}

function pixels(channels: 1 | 2 | 3 | 4, value: (k: number, channel: number) => number): Buffer {
  const data = Uint8Array.from({ length: 16 * 16 * channels }, (_, i) => value(Math.floor(i / channels), i % channels))
  return Buffer.from(encode({ width: 16, height: 16, channels, depth: 8, data }))
}

const noise = (k: number, seed: number): number => (Math.imul(k + 1, 2654435761 + seed * 40503) >>> 13) & 255

describe('a data set that is exported and uploaded again', () => {
  it('is the same, with grey images among coloured ones, and names that differ in their extension', async () => {
    const files: Files = {}
    for (const label of ['cat', 'dog'])
      for (let i = 0; i < 12; i++) {
        const seed = i + (label === 'cat' ? 0 : 50)
        files[`pets/${label}/${i}.png`] = pixels(3, (k, c) => noise(k, seed * 3 + c))
        files[`pets/${label}/${i}.jpg`] = pixels(1, (k) => noise(k, 200 + seed))
        files[`pets/${label}/young/${i}.png`] = pixels(3, (k) => noise(k, 400 + seed))
      }
    const { first, second, zip } = await roundTrip('colours', files)
    expect(second.manifest).toEqual({ ...first.manifest, shards: second.manifest.shards })
    expect(second.report.quarantined.count).toBe(0)
    const again = await exported(join(folder, 'colours-1'), 'again.zip')
    expect((await readFile(again)).equals(await readFile(zip))).toBe(true)
    expect(await readdir(scratch)).toEqual([])
  })

  it('has the same classes whatever their names', async () => {
    const names = ['nan', 'a  b', '=1+1', '-x', '@home', '[1]', 'say "x", y', 'Ü', 'con', 'train', '01', '1', "it's; |"]
    const files: Files = { 'labels.csv': Buffer.from('') }
    let table = ''
    for (const [label, name] of names.entries())
      for (let i = 0; i < 6; i++) {
        files[`images/${label}-${i}.png`] = png(label * 100 + i)
        const split = i < 4 ? 'train' : i === 4 ? 'val' : 'test'
        table += `${JSON.stringify({ file: `images/${label}-${i}.png`, label: [name], split })}\n`
      }
    delete files['labels.csv']
    files['labels.jsonl'] = Buffer.from(table)
    const { first, second, zip, paths } = await roundTrip('names', files)
    expect([...first.manifest.classes].sort()).toEqual([...names].sort())
    expect(second.manifest.classes).toEqual(first.manifest.classes)
    expect(second.manifest.classCounts).toEqual(first.manifest.classCounts)
    expect(await contentOf(paths.second)).toEqual(await contentOf(paths.first))
    const { broken, rows, missing } = await readByPython(zip)
    expect({ broken, missing }).toEqual({ broken: null, missing: [] })
    expect(rows.map(({ label }) => label)).toEqual(expect.arrayContaining(['=1+1', 'say "x", y', '["nan"]']))
  })

  it('has the same pixels where images are transparent, and is the same from then on', async () => {
    const files: Files = {}
    for (const label of ['cat', 'dog'])
      for (let i = 0; i < 12; i++) {
        const seed = i + (label === 'cat' ? 0 : 50)
        const alpha = (k: number): number => (k % 3 === 0 ? 0 : k % 5 === 0 ? 128 : 255)
        files[`${label}/${i}.png`] =
          i % 2 === 0
            ? pixels(4, (k, c) => (c === 3 ? alpha(k) : noise(k, seed * 3 + c)))
            : pixels(2, (k, c) => (c === 1 ? alpha(k) : noise(k, seed)))
      }
    const { first, second, paths } = await roundTrip('transparent', files)
    expect(second.manifest).toMatchObject({
      classes: first.manifest.classes,
      classCounts: first.manifest.classCounts,
      background: first.manifest.background,
      channels: 3,
    })
    expect(await contentOf(paths.second)).toEqual(await contentOf(paths.first))
    const third = await ingest(await exported(paths.second, 'third.zip'), join(folder, 'transparent-3'))
    expect(third.manifest.hash).toBe(second.manifest.hash)
  })

  it('has its groups', async () => {
    const images = classFolders(2, 12)
    const rows = Object.keys(images).map((file, i) => `${file},${file.split('/')[0]},"patient ""${i % 5}"", a"`)
    const labels = Buffer.from(['file,label,group', ...rows].join('\n'))
    const { paths, first, second } = await roundTrip('groups', { ...images, 'labels.csv': labels })
    expect([first.manifest.hasGroups, second.manifest.hasGroups]).toEqual([true, true])
    const groups = (path: string): (string | undefined)[] =>
      itemReader(path)
        .read(0, 24)
        .map(({ sha256, group }) => `${sha256} ${group}`)
        .sort()
    expect(groups(paths.second)).toEqual(groups(paths.first))
  })

  it('has its JPEG files as they are stored', async () => {
    const { first, second, zip, paths } = await roundTrip('jpeg', classFolders(2, 12), { maxRawBytes: 1000 })
    expect(first.manifest.storage).toBe('jpeg')
    expect(second.manifest.classCounts).toEqual(first.manifest.classCounts)
    const raw = await ingest(zip, join(folder, 'jpeg-3'))
    expect(raw.manifest.storage).toBe('raw')
    expect(await contentOf(join(folder, 'jpeg-3'))).toEqual(await contentOf(paths.first))
  })
})

it('ends with an error, and no whole zip, where the data set is gone meanwhile', async () => {
  const packed = join(folder, 'gone')
  await ingest(await writeZip(join(folder, 'gone.zip'), classFolders(2, 200)), packed)
  let calls = 0
  const gone = async (): Promise<void> => {
    if (++calls > 1) throw new Error('gone')
    await Promise.resolve()
  }
  const zip = datasetZip(packed, { scratch, requireThere: gone })
  await expect(pipeline(Readable.from(zip), createWriteStream(join(folder, 'cut.zip')))).rejects.toThrow('gone')
  await expect(ingest(join(folder, 'cut.zip'), join(folder, 'cut'))).rejects.toMatchObject({
    code: 'archive_truncated',
  })
})

it('closes its files where its reader leaves', async () => {
  const open = async (): Promise<number> => (await readdir('/proc/self/fd')).length
  const before = await open()
  const zip = Readable.from(datasetZip(join(folder, 'gone'), { scratch, requireThere }))
  await new Promise((resolve) => zip.once('data', resolve))
  expect(await open()).toBeGreaterThan(before)
  zip.destroy()
  await new Promise((resolve) => zip.once('close', resolve))
  expect(await open()).toBe(before)
  expect(await readdir(scratch)).toEqual([])
})
