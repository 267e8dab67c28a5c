import type { EnvReader } from './env-reader.ts'

/** How the bucket of BLOB_URL is spoken to. */
export interface BlobS3Config {
  region: string
  /** A server of S3's protocol other than Amazon's. */
  endpoint: string | undefined
  /** `endpoint/bucket/key` in place of `bucket.endpoint/key`. */
  pathStyle: boolean
  /** Where clients of the API reach the bucket, if elsewhere. */
  publicEndpoint: string | undefined
  /** Whether downloads are redirected to signed addresses of the bucket. */
  redirect: boolean
}

/** Reads AWS_REGION and ANNEAL_BLOB_S3_… @throws AppError `config_invalid` */
export function readBlobS3(env: EnvReader): BlobS3Config {
  const endpoint = env.url('ANNEAL_BLOB_S3_ENDPOINT', ['https://', 'http://'])
  return {
    region: env.nonEmpty('AWS_REGION') ?? 'us-east-1',
    endpoint,
    pathStyle: env.flag('ANNEAL_BLOB_S3_PATH_STYLE', endpoint !== undefined),
    publicEndpoint: env.url('ANNEAL_BLOB_S3_PUBLIC_ENDPOINT', ['https://', 'http://']),
    redirect: env.flag('ANNEAL_BLOB_S3_REDIRECT', true),
  }
}
