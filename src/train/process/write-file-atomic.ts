import { createHash } from 'node:crypto'
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface WrittenFile {
  path: string
  sizeBytes: number
  sha256: string
}

/** Writes a file whole or not at all: a temporary one, fsync, rename. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<WrittenFile> {
  await mkdir(dirname(path), { recursive: true })
  const partial = `${path}.partial`
  const file = await open(partial, 'w')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(partial, path)
  return { path, sizeBytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') }
}
