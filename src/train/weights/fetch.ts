import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../errors.ts'
import { adopt, cached, handPath, isCached, putByHand, type FetchedFile } from './cache.ts'
import { download } from './download.ts'

/** Where downloads are kept, and where they may come from. */
export interface WeightsAccess {
  /** `blobs/SHA-256` and, by a hash of the address, `refs/…json`; files may be put into `files/…` by hand. */
  cacheDir: string
  /** The Hugging Face hub, or a mirror of it; an operator's own address, which may be private. */
  endpoint: string
  /** Hosts that addresses may name. Absent: whoever gives an address runs this process, and may name any. */
  hosts?: readonly string[] | undefined
  /** Further hosts that a redirect may name. */
  redirectHosts?: readonly string[] | undefined
}

export const MAX_WEIGHTS_BYTES = 4_000_000_000
const PUBLIC_HTTPS = ['*']

/**
 * Fetches a file once; later calls find it by its whole address.
 * @param sha256 what the content must have; else what the hub says of it, where it does.
 * @throws AppError `weights_unavailable`, retryable where another attempt may help, else saying what to download and where to put it;
 *   `weights_invalid` for a wrong hash.
 */
export async function fetchWeights(
  url: string,
  access: WeightsAccess,
  { sha256, maxBytes = MAX_WEIGHTS_BYTES }: { sha256?: string | undefined; maxBytes?: number } = {},
): Promise<FetchedFile> {
  const { cacheDir } = access
  const known = await cached(cacheDir, url)
  if (known !== undefined && (sha256 === undefined || sha256 === known.sha256)) return known
  const byHand = putByHand(cacheDir, url)
  if (byHand !== undefined) {
    const bytes = await readFile(byHand)
    const found = createHash('sha256').update(bytes).digest('hex')
    requireHash(byHand, found, sha256)
    return { path: byHand, sha256: found, sizeBytes: bytes.byteLength, url }
  }
  const partial = join(cacheDir, 'partial', randomUUID())
  await mkdir(dirname(partial), { recursive: true })
  try {
    const found = await download(url, partial, { ...rulesFor(url, access), maxBytes })
    requireHash(url, found.sha256, sha256 ?? found.promised)
    return await adopt(cacheDir, partial, { url, sha256: found.sha256, sizeBytes: found.sizeBytes })
  } catch (error) {
    throw described(error, url, handPath(cacheDir, url))
  } finally {
    await rm(partial, { force: true })
  }
}

/** Whoever runs this process may name any host, and private ones; its redirects still go to public hosts by https alone. */
function rulesFor(url: string, { endpoint, hosts, redirectHosts = [] }: WeightsAccess) {
  const { origin } = new URL(url)
  const ofEndpoint = origin === new URL(endpoint).origin ? [explicitOrigin(origin)] : []
  if (hosts === undefined) return { hosts: [explicitOrigin(origin)], redirectHosts: PUBLIC_HTTPS }
  return { hosts: [...ofEndpoint, ...hosts], redirectHosts }
}

/** The hub itself is public; any other origin that an operator names may be private. */
const explicitOrigin = (origin: string): string => {
  const { port, protocol } = new URL(origin)
  return port === '' && protocol === 'https:' && !origin.endsWith('huggingface.co') ? `${origin}:443` : origin
}

function described(error: unknown, url: string, byHand: string): AppError {
  if (error instanceof AppError && error.code !== 'weights_unavailable') return error
  const cause = causeOf(error)
  return new AppError(
    'weights_unavailable',
    `${url} cannot be fetched (${cause.message.replace(/\.$/, '')}). Download it elsewhere and put it at ${byHand}, or name a mirror of the hub in HF_ENDPOINT.`,
    { cause: error, retryable: !(cause instanceof AppError) },
  )
}

function causeOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  return error.cause instanceof Error && !(error instanceof AppError) ? error.cause : error
}

/** Whether a file is on this machine already, fetched before or put there by hand. */
export const isAtHand = (url: string, { cacheDir }: WeightsAccess): boolean => isCached(cacheDir, url)

function requireHash(source: string, found: string, expected: string | undefined): void {
  if (expected === undefined || found === expected) return
  throw new AppError('weights_invalid', `${source} has the SHA-256 ${found}; ${expected} is expected. It was not kept.`)
}
