import { AppError } from '../../errors.ts'

/** Where blobs are in S3, and how it is spoken to. */
export interface S3Location {
  bucket: string
  /** Before every key; empty, or ends with a slash. */
  prefix: string
  region: string
  /** A server of S3's protocol other than Amazon's. */
  endpoint?: string | undefined
  /** `endpoint/bucket/key` in place of `bucket.endpoint/key`. */
  pathStyle: boolean
  /** Where clients of the API reach the bucket, if elsewhere than `endpoint`. */
  publicEndpoint?: string | undefined
  /** Whether downloads are redirected to addresses that are signed. */
  redirect: boolean
}

/** Bucket and prefix of `s3://bucket/prefix`. @throws AppError `config_invalid` */
export function parseS3Url(url: string): Pick<S3Location, 'bucket' | 'prefix'> {
  const [, bucket = '', path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?#]*))?$/.exec(url) ?? []
  const parts = path.split('/').filter((part) => part !== '')
  if (bucket === '' || parts.some((part) => part === '.' || part === '..'))
    throw new AppError('config_invalid', `BLOB_URL is ${url}; s3://bucket or s3://bucket/prefix is expected.`)
  return { bucket, prefix: parts.map((part) => `${part}/`).join('') }
}
