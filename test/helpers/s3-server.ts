import { randomUUID } from 'node:crypto'
import { mkdir, rename } from 'node:fs/promises'
import S3rver from '@20minutes/s3rver'
import type { S3Location } from '../../src/blobs/s3/location.ts'

export const BUCKET = 'blobs'

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
  writeWhole(server)
  const { port } = await server.run()
  const endpoint = `http://127.0.0.1:${port}`
  return {
    location: { region: 'us-east-1', endpoint, pathStyle: true, publicEndpoint: undefined, redirect },
    port,
    stop: () => server.close(),
  }
}

/**
 * An object is there whole or not at all, as with Amazon: this server writes the content under its name while it comes, and the files of
 * metadata of two writers into one another, after which nothing in the bucket can be listed.
 */
function writeWhole({ store }: S3rver): void {
  const [putContent, putMetadata] = [store.putContent.bind(store), store.putMetadata.bind(store)]
  store.putContent = async (path, content) => {
    if (Buffer.isBuffer(content)) return putContent(path, content)
    const partial = `${path}.${randomUUID()}`
    const result = await putContent(partial, content)
    await rename(partial, path)
    return result
  }
  let last = Promise.resolve()
  store.putMetadata = (...args) => (last = last.catch(() => undefined).then(() => putMetadata(...args)))
}
