import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../errors.ts'
import { DEFAULT_LIMITS } from './source/budget.ts'
import { openSource } from './source/open-source.ts'
import type { SourceEntry } from './source/source-entry.ts'

/** The list of what was unpacked, one JSON document per line: `{ file, place }` or `{ file, problem }`. */
const LIST_FILE = 'images.jsonl'
const LIMITS = { ...DEFAULT_LIMITS, entries: 500_000, unpackedBytes: 50e9 }

/**
 * Writes the images of an archive to `outDir`, which must not exist, each to a file that is named by its number; what is no image is left out.
 * None is decoded.
 * @returns how many there are, those that could not be unpacked included
 * @throws AppError `archive_*`; `dataset_empty` where it has no image
 */
export async function unpackImages(archive: string, outDir: string): Promise<{ images: number }> {
  await mkdir(outDir, { recursive: true })
  const source = await openSource(archive, LIMITS)
  let images = 0
  async function* listed(): AsyncGenerator<string> {
    for await (const entries of source.entries())
      for (const entry of entries) {
        const found = await unpacked(entry, outDir, images)
        if (found === undefined) continue
        images++
        yield `${JSON.stringify(found)}\n`
      }
  }
  await pipeline(Readable.from(listed()), createWriteStream(join(outDir, LIST_FILE)))
  if (images === 0) throw new AppError('dataset_empty', 'The archive holds no image.')
  return { images }
}

async function unpacked(entry: SourceEntry, outDir: string, number: number): Promise<object | undefined> {
  const { kind, path: file } = entry
  if (kind === 'broken') return { file, problem: { code: entry.problem.code, detail: entry.problem.message } }
  if (kind !== 'image' || !('data' in entry)) return undefined
  const place = String(number)
  await writeFile(join(outDir, place), entry.data)
  return { file, place }
}
