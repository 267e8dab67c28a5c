import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline, Readable, Transform } from 'node:stream'
import { json } from 'node:stream/consumers'
import pMap from 'p-map'
import { AppError } from '../../errors.ts'
import type { Blobs, Links } from '../../service/ports/blobs.ts'
import type { OpenBlobs } from '../folder.ts'
import { inventoryOf } from './inventory.ts'
import { LIST_FILE, type ListedFile } from './list-file.ts'
import type { S3Location } from './location.ts'
import { openObjects, type S3Object, type S3Objects } from './objects.ts'

export interface S3Blobs extends OpenBlobs {
  /** The files of a folder, in the order in which they were written. Fails with the code ENOENT where there is no folder. */
  files(key: string): Promise<ListedFile[]>
  /** Every object, those of folders one by one. */
  objects(): AsyncGenerator<S3Object>
  /** Writes a file or folder, which stays where it is. */
  send(key: string, path: string, links?: Links): Promise<void>
}

const FILES_AT_ONCE = 4
const REMOVED_AT_ONCE = 16

/** Blobs as objects of an S3 bucket; a folder is an object for each of its files, and a list of them. */
export function openS3Blobs(location: S3Location): S3Blobs {
  const objects = openObjects(location)
  const closing = new AbortController()
  const underWay = new Set<Promise<unknown>>()
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    const checked = work.catch((error: unknown): never => {
      if (!closing.signal.aborted) throw error
      throw new AppError('unavailable', 'The service stops.', { cause: error, retryable: true })
    })
    underWay.add(checked)
    return checked.finally(() => underWay.delete(checked))
  }
  const put = (key: string, content: Readable): Promise<Omit<ListedFile, 'name'>> =>
    hashedPut(objects, { key, content, signal: closing.signal })
  const files = async (key: string): Promise<ListedFile[]> =>
    (await json(objects.read(`${key}/${LIST_FILE}`))) as ListedFile[]
  const send = async (key: string, path: string, links: Links = {}): Promise<void> => {
    if ((await stat(path)).isDirectory()) await sendFolder({ objects, put, files }, { key, path, links })
    else await put(key, createReadStream(path))
  }

  return {
    write: (key, content) => tracked(put(key, content)),
    adopt: (key, path, links) => tracked(send(key, path, links).then(() => rm(path, { recursive: true, force: true }))),
    copyIn: (key, path) => tracked(put(key, createReadStream(path)).then(() => undefined)),
    sizeBytes: (key) => sizeOf(objects, key),
    read: (key, range) => objects.read(key, range),
    remove: (key) => removeAll(objects, key),
    inventory: () => inventoryOf(objects),
    downloadUrl: (key, headers) => downloadUrl(objects, location, key, headers),
    ready: () => objects.ready(),
    files,
    objects: () => objects.list(''),
    send: (key, path, links) => tracked(send(key, path, links)),
    async close() {
      closing.abort()
      await Promise.allSettled([...underWay])
      objects.close()
    },
  }
}

async function hashedPut(
  objects: S3Objects,
  { key, content, signal }: { key: string; content: Readable; signal: AbortSignal },
): Promise<Omit<ListedFile, 'name'>> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  const measured = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      sizeBytes += chunk.byteLength
      done(null, chunk)
    },
  })
  // What breaks off breaks what is sent, which says so.
  pipeline(content, measured, () => undefined)
  await objects.put(key, measured, signal)
  return { sizeBytes, sha256: hash.digest('hex') }
}

interface Writing {
  objects: S3Objects
  put: (key: string, content: Readable) => Promise<Omit<ListedFile, 'name'>>
  files: (key: string) => Promise<ListedFile[]>
}

async function sendFolder(
  { objects, put, files }: Writing,
  { key, path, links }: { key: string; path: string; links: Links },
): Promise<void> {
  const sent = await pMap(
    await filesIn(path),
    async (name) => ({ name, ...(await put(`${key}/${name}`, createReadStream(join(path, name)))) }),
    { concurrency: FILES_AT_ONCE },
  )
  const known = listsOf(files)
  const copied = await pMap(
    Object.entries(links),
    async ([name, from]) => {
      await objects.copy(from, `${key}/${name}`)
      return { ...(await known(from)), name }
    },
    { concurrency: FILES_AT_ONCE },
  )
  const list = [...sent, ...copied]
  await put(`${key}/${LIST_FILE}`, Readable.from([Buffer.from(JSON.stringify(list))]))
  // Of an attempt before that broke off.
  const names = new Set([LIST_FILE, ...list.map(({ name }) => name)])
  for await (const { key: each } of objects.list(`${key}/`))
    if (!names.has(each.slice(key.length + 1))) await objects.remove(each)
}

/** What the list of its folder says of a file, by its key. */
function listsOf(files: Writing['files']): (from: string) => Promise<ListedFile> {
  const lists = new Map<string, Promise<ListedFile[]>>()
  return async (from) => {
    const folder = from.split('/').slice(0, 2).join('/')
    const list = lists.get(folder) ?? files(folder)
    lists.set(folder, list)
    const name = from.slice(folder.length + 1)
    const file = (await list).find((each) => each.name === name)
    if (file === undefined) throw new Error(`${folder} does not list ${name}.`)
    return file
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name))
  return names.map((path) => path.slice(folder.length + 1)).sort()
}

/** Of an object, or of everything under the key. */
async function sizeOf(objects: S3Objects, key: string): Promise<number | undefined> {
  const size = await objects.sizeBytes(key)
  if (size !== undefined) return size
  let sum: number | undefined
  for await (const { sizeBytes } of objects.list(`${key}/`)) sum = (sum ?? 0) + sizeBytes
  return sum
}

/** The list of a folder goes first, so that no half of it is taken for the whole. */
async function removeAll(objects: S3Objects, key: string): Promise<void> {
  await objects.remove(`${key}/${LIST_FILE}`)
  await objects.remove(key)
  await pMap(objects.list(`${key}/`), ({ key: each }) => objects.remove(each), { concurrency: REMOVED_AT_ONCE })
}

const downloadUrl = async (
  objects: S3Objects,
  { redirect }: S3Location,
  ...[key, { fileName, contentType, inline = false }]: Parameters<Blobs['downloadUrl']>
): Promise<string | undefined> =>
  redirect
    ? objects.signedUrl(key, {
        contentType,
        contentDisposition: `${inline ? 'inline' : 'attachment'}; filename="${fileName}"`,
      })
    : undefined
