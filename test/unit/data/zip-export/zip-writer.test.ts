import { execFile } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Entry } from 'yauzl'
import { Spool } from '../../../../src/data/ingest/spool.ts'
import { zipContent } from '../../../../src/data/source/zip-content.ts'
import { ZipFile } from '../../../../src/data/source/zip-file.ts'
import { ZipWriter } from '../../../../src/data/zip-export/zip-writer.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anneal-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const content = Buffer.from('content')

/** Writes a zip of `count` files; the first is preceded by `start` bytes that are not there on disk. */
async function written(name: string, count: number, start = 0): Promise<string> {
  const path = join(folder, name)
  const spool = new Spool(join(folder, `${name}.tmp`))
  const zip = new ZipWriter(spool, start)
  const file = await open(path, 'w')
  try {
    const parts: Buffer[] = []
    for (let i = 0; i < count; i++)
      parts.push(zip.header({ name: `é/${i}.txt`, bytes: content.byteLength, crc32: crc32(content) }), content)
    parts.push(...zip.end())
    await file.write(Buffer.concat(parts), 0, undefined, start)
  } finally {
    await file.close()
    spool.close()
  }
  return path
}

async function listed(path: string): Promise<{ count: number; last: string; text: string }> {
  const zip = new ZipFile(path)
  try {
    let last: Entry | undefined
    let count = 0
    for await (const entry of zip.entries()) {
      count++
      last = entry
    }
    return { count, last: String(last?.fileNameRaw), text: String(await zipContent(zip, last!)) }
  } finally {
    zip.close()
  }
}

const python = (path: string): Promise<string> =>
  promisify(execFile)('/usr/bin/python3', [
    '-c',
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); n = z.namelist(); print(len(n), n[-1], z.read(n[-1]).decode())',
    path,
  ]).then(({ stdout }) => stdout.trim())

it('writes a few files', async () => {
  const path = await written('few.zip', 3)
  expect(await listed(path)).toEqual({ count: 3, last: 'é/2.txt', text: 'content' })
  expect(await python(path)).toBe('3 é/2.txt content')
})

it('writes more than 65,535 files', async () => {
  const path = await written('many.zip', 66_000)
  expect(await listed(path)).toEqual({ count: 66_000, last: 'é/65999.txt', text: 'content' })
  expect(await python(path)).toBe('66000 é/65999.txt content')
})

it('writes files beyond 4 GiB', async () => {
  const path = await written('far.zip', 3, 5 * 2 ** 30)
  expect(await listed(path)).toEqual({ count: 3, last: 'é/2.txt', text: 'content' })
  expect(await python(path)).toBe('3 é/2.txt content')
})
