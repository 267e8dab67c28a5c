import { AppError, type ErrorDetail } from '../errors.ts'
import { allowingHost } from '../job-spec/weight-hosts.ts'
import { clip } from '../job-spec/short-text.ts'
import type { DatasetRequest } from './dataset-options.ts'
import type { Dependencies } from './dependencies.ts'
import { newId } from './ids.ts'
import type { Caller } from './ports/caller.ts'
import type { DatasetSource } from './ports/datasets.ts'

const MAX_NAME_LENGTH = 200
/** Names that S3 allows; a bucket is part of a host's name. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/**
 * What a request names as the source of a data set, and a name that follows from it.
 * @throws AppError `invalid_request` with a pointer to what is wrong
 */
export async function sourceOf(
  { store, now, importHosts }: Pick<Dependencies, 'store' | 'now' | 'importHosts'>,
  { teamId }: Caller,
  { upload, import: importFrom }: Pick<DatasetRequest, 'upload' | 'import'>,
  /** Where the request is in the body. */
  at = '',
): Promise<{ source: DatasetSource; name: string }> {
  if ((upload === undefined) === (importFrom === undefined))
    throw refused({ pointer: `${at}/upload`, detail: `or ${at}/import must be given, and one of them only` })
  if (upload !== undefined) {
    const metadata = (await store.upload(teamId, upload))?.metadata ?? {}
    return { source: { uploadId: upload }, name: named(metadata['filename'] ?? metadata['name'], 'upload') }
  }
  const address = checkedAddress(importFrom ?? '', importHosts, `${at}/import`)
  const source = { importFrom: address.href, uploadKey: `uploads/${newId('up', now())}` }
  return { source, name: named(lastPart(address), address.hostname) }
}

/** @throws AppError `invalid_request` for what no worker would fetch */
function checkedAddress(text: string, hosts: readonly string[], pointer: string): URL {
  const wrong = (detail: string): AppError => refused({ pointer, detail })
  if (!URL.canParse(text)) throw wrong('must be an https:// or s3:// address')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw wrong('must not hold a user or a password')
  if (url.protocol === 's3:') {
    if (BUCKET.test(url.hostname) && url.port === '' && url.search === '' && url.hash === '') return url
    throw wrong('must be s3://bucket/key or s3://bucket/prefix/, with the name of a bucket')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw wrong('must be an https:// or s3:// address')
  if (allowingHost(url, hosts) === undefined)
    throw wrong(
      `names ${url.protocol}//${clip(url.host, 100)}, which no import may read; an operator names hosts in ANNEAL_IMPORT_HOSTS`,
    )
  return url
}

function lastPart({ pathname }: URL): string | undefined {
  const part = pathname.split('/').findLast((each) => each !== '')
  try {
    return part === undefined ? undefined : decodeURIComponent(part)
  } catch {
    return part
  }
}

function named(name: string | null | undefined, otherwise: string): string {
  const printed = name?.replaceAll(/[\p{Cc}\p{Surrogate}]/gu, '') ?? ''
  return clip(printed === '' ? otherwise : printed, MAX_NAME_LENGTH)
}

const refused = (error: ErrorDetail): AppError =>
  new AppError('invalid_request', `The body is not valid: ${error.pointer} ${error.detail}.`, { errors: [error] })
