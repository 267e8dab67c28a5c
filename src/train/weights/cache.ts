import { createHash, randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A file of weights on this machine. */
export interface FetchedFile {
  path: string
  sha256: string
  sizeBytes: number
  url: string
}

interface Reference {
  url: string
  sha256: string
  sizeBytes: number
}

/** An address without what no server is told. */
export function normalAddress(url: string): string {
  const address = new URL(url)
  address.hash = ''
  return address.href
}

/** The reference of an address: by a hash of all of it, so that no other address, query or scheme has the same one. */
const referencePath = (cacheDir: string, url: string): string =>
  join(cacheDir, 'refs', `${createHash('sha256').update(normalAddress(url)).digest('hex')}.json`)

/** Where a file may be put by hand: by host, path and, where there is one, query. */
export function handPath(cacheDir: string, url: string): string {
  const { host, pathname, search } = new URL(url)
  const parts = pathname.split('/').filter((part) => part !== '' && part !== '..')
  const query = search.replaceAll('/', '%2F')
  const last = `${parts.pop() ?? ''}${query}`
  return join(cacheDir, 'files', host.replaceAll(':', '_'), ...parts, last)
}

/** References of earlier versions, by host and path; they name their address. */
function earlierPath(cacheDir: string, url: string): string {
  const { host, pathname } = new URL(url)
  const parts = pathname.split('/').filter((part) => part !== '' && part !== '..')
  return `${join(cacheDir, 'refs', host.replaceAll(':', '_'), ...parts)}.json`
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** What was fetched from exactly this address before, if it is still there. */
export async function cached(cacheDir: string, url: string): Promise<FetchedFile | undefined> {
  for (const place of [referencePath(cacheDir, url), earlierPath(cacheDir, url)]) {
    const text = await readFile(place, 'utf8').catch(() => undefined)
    const known = text === undefined ? undefined : parsed(text)
    if (known?.url === undefined || normalAddress(known.url) !== normalAddress(url)) continue
    const path = join(cacheDir, 'blobs', known.sha256)
    if (statSync(path, { throwIfNoEntry: false })?.size === known.sizeBytes)
      return { path, url, sha256: known.sha256, sizeBytes: known.sizeBytes }
  }
  return undefined
}

function parsed(text: string): Reference | undefined {
  try {
    return JSON.parse(text) as Reference
  } catch {
    return undefined
  }
}

/** Moves a downloaded file to its hash's name and notes its address. Writers of the same content or address do not disturb one another. */
export async function adopt(
  cacheDir: string,
  partial: string,
  { url, sha256, sizeBytes }: Reference,
): Promise<FetchedFile> {
  const path = join(cacheDir, 'blobs', sha256)
  await mkdir(dirname(path), { recursive: true })
  await rename(partial, path)
  const reference = referencePath(cacheDir, url)
  await mkdir(dirname(reference), { recursive: true })
  const draft = `${reference}.${randomUUID()}`
  const record = { url: normalAddress(url), sha256, sizeBytes, fetchedAt: new Date().toISOString() }
  await writeFile(draft, JSON.stringify(record, null, 2))
  await rename(draft, reference)
  return { path, sha256, sizeBytes, url }
}

/** The file that somebody put into the cache for an address. */
export function putByHand(cacheDir: string, url: string): string | undefined {
  const path = handPath(cacheDir, url)
  return isFile(path) ? path : undefined
}

/** Whether a file is on this machine already, fetched before or put there by hand. */
export const isCached = (cacheDir: string, url: string): boolean =>
  isFile(referencePath(cacheDir, url)) || isFile(earlierPath(cacheDir, url)) || putByHand(cacheDir, url) !== undefined
