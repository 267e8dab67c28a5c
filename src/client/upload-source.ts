import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import { folderFiles } from './folder-files.ts'
import { folderTar } from './folder-tar.ts'

/** What is uploaded: the same bytes each time, from any of them on. */
export interface UploadSource {
  fileName: string
  sizeBytes: number
  /** Changes with what is in it. */
  fingerprint: string
  /** Links of a folder that lead nowhere, or back to a folder that they are in. */
  deadLinks: string[]
  /** @throws AppError `conflict` where a file has changed meanwhile */
  read(start: number): Readable
}

/** @throws AppError `invalid_request` for what is neither a file nor a folder, `dataset_empty` for a folder with no files */
export async function uploadSource(path: string): Promise<UploadSource> {
  const found = await stat(path, { bigint: true })
  const name = basename(resolve(path))
  if (found.isDirectory()) return folderSource(path, `${name}.tar`)
  if (!found.isFile()) throw new AppError('invalid_request', `${path} is neither a file nor a folder.`)
  return {
    fileName: name,
    sizeBytes: Number(found.size),
    fingerprint: hashOf([resolve(path), String(found.size), String(found.mtimeNs)]),
    deadLinks: [],
    read: (start) => createReadStream(path, { start }),
  }
}

async function folderSource(path: string, fileName: string): Promise<UploadSource> {
  const { files, deadLinks } = await folderFiles(path)
  if (files.length === 0) throw new AppError('dataset_empty', `${path} is a folder with no files.`)
  const hash = createHash('sha256').update(resolve(path))
  for (const file of files) hash.update(`\n${file.path}\0${file.size}\0${file.changed}`)
  const tar = await folderTar(path, files)
  return {
    fileName,
    sizeBytes: tar.sizeBytes,
    fingerprint: hash.digest('hex'),
    deadLinks,
    read: (start) => Readable.from(tar.read(start)),
  }
}

const hashOf = (parts: readonly string[]): string => createHash('sha256').update(parts.join('\0')).digest('hex')
