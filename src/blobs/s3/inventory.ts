import type { StoredBlob } from '../../service/ports/garbage.ts'
import { BLOB_DEPTHS } from '../depths.ts'
import type { S3Objects } from './objects.ts'

/** The blobs of a bucket; the objects of a folder follow each other. */
export async function* inventoryOf(objects: Pick<S3Objects, 'list'>): AsyncGenerator<StoredBlob, void> {
  for (const [name, depth] of Object.entries(BLOB_DEPTHS)) {
    let current: StoredBlob | undefined
    for await (const { key: objectKey, sizeBytes, changedAt } of objects.list(`${name}/`)) {
      const key = objectKey
        .split('/')
        .slice(0, depth + 1)
        .join('/')
      if (current?.key === key) {
        current.sizeBytes += sizeBytes
        current.changedAt = Math.max(current.changedAt, changedAt)
        continue
      }
      if (current !== undefined) yield current
      current = { key, sizeBytes, changedAt }
    }
    if (current !== undefined) yield current
  }
}
