import crypto from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import S3rver from '@20minutes/s3rver'
import type { S3Location } from '../../src/blobs/s3/location.ts'

export const BUCKET = 'blobs'

/** This server enciphers where a page of a list goes on by DES, which OpenSSL 3 has left as triple DES alone: with one key three times, that is DES. */
for (const name of ['createCipheriv', 'createDecipheriv'] as const) {
  const original = crypto[name] as (algorithm: string, key: Buffer, iv: Buffer) => unknown
  const withDes = (algorithm: string, key: Buffer, iv: Buffer): unknown =>
    algorithm === 'des' ? original('des-ede3-cbc', Buffer.concat([key, key, key]), iv) : original(algorithm, key, iv)
  Object.assign(crypto, { [name]: withDes })
}

/** An S3 server over a folder, with one bucket; the AWS SDK's credentials are set to those that it knows. */
export async function startS3(
  directory: string,
  { redirect = false } = {},
): Promise<{ location: Omit<S3Location, 'bucket' | 'prefix'>; port: number; stop(): Promise<void> }> {
  await mkdir(directory, { recursive: true })
  process.env['AWS_ACCESS_KEY_ID'] = 'S3RVER'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'S3RVER'
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    // It computes those of some requests otherwise than Amazon does.
    allowMismatchedSignatures: true,
    directory,
    configureBuckets: [{ name: BUCKET }],
  })
  const { port } = await server.run()
  const endpoint = `http://127.0.0.1:${port}`
  return {
    location: { region: 'us-east-1', endpoint, pathStyle: true, publicEndpoint: undefined, redirect },
    port,
    stop: () => server.close(),
  }
}
