import { createWriteStream } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { encode } from 'fast-png'
import tar from 'tar-stream'
import yazl from 'yazl'

/** A folder that is removed when the test file ends. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'anneal-test-'))
  // PostgreSQL runs as a user of its own when the tests run as root, and must get there.
  await chmod(path, 0o755)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** A grey PNG whose pixels follow from `seed`. */
export function png(seed: number, side = 12): Buffer {
  const data = Uint8Array.from(
    { length: side * side },
    (_, i) => (Math.imul(i + 1, 2654435761 + seed * 40503) >>> 13) & 255,
  )
  return Buffer.from(encode({ width: side, height: side, channels: 1, depth: 8, data }))
}

export type Files = Record<string, Buffer>

/** `count` images in each of `classes` class folders, each class with a brightness of its own. */
export function classFolders(classes: number, count: number, { prefix = '', side = 12 } = {}): Files {
  const files: Files = {}
  for (let label = 0; label < classes; label++)
    for (let i = 0; i < count; i++) {
      const data = Uint8Array.from({ length: side * side }, (_, k) => {
        const bright = Math.floor((k % side) / (side / classes)) === label ? 200 : 20
        return bright + ((Math.imul(k + 1, 2654435761 + (label * 7919 + i) * 40503) >>> 13) & 31)
      })
      files[`${prefix}class${label}/${i}.png`] = Buffer.from(
        encode({ width: side, height: side, channels: 1, depth: 8, data }),
      )
    }
  return files
}

export async function writeZip(path: string, files: Files): Promise<string> {
  const zip = new yazl.ZipFile()
  for (const [name, data] of Object.entries(files)) zip.addBuffer(data, name)
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
  return path
}

export async function tarBytes(entries: ({ name: string; data?: Buffer } & Partial<tar.Header>)[]): Promise<Buffer> {
  const pack = tar.pack()
  for (const { data, ...header } of entries) pack.entry(header, data ?? Buffer.alloc(0))
  pack.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of pack) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export async function writeTarGz(path: string, files: Files): Promise<string> {
  await writeFile(path, gzipSync(await tarBytes(Object.entries(files).map(([name, data]) => ({ name, data })))))
  return path
}

export async function writeTar(path: string, files: Files): Promise<string> {
  await writeFile(path, await tarBytes(Object.entries(files).map(([name, data]) => ({ name, data }))))
  return path
}

/** A Zstandard frame of stored blocks (RFC 8878, §3.1.1): Node 20 has no encoder. */
export function zstdStored(bytes: Buffer): Buffer {
  const BLOCK = 1 << 16
  const header = Buffer.alloc(13)
  header.writeUInt32LE(0xfd2fb528)
  header.writeUInt8(0b11100000, 4)
  header.writeBigUInt64LE(BigInt(bytes.byteLength), 5)
  const parts: Buffer[] = [header]
  for (let at = 0; at < bytes.byteLength; at += BLOCK) {
    const block = bytes.subarray(at, at + BLOCK)
    const size = Buffer.alloc(3)
    size.writeUIntLE((block.byteLength << 3) | (at + BLOCK >= bytes.byteLength ? 1 : 0), 0, 3)
    parts.push(size, block)
  }
  return Buffer.concat(parts)
}

export async function writeTarZst(path: string, files: Files): Promise<string> {
  await writeFile(path, zstdStored(await tarBytes(Object.entries(files).map(([name, data]) => ({ name, data })))))
  return path
}

export async function writeFolder(path: string, files: Files): Promise<string> {
  for (const [name, data] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), data)
  }
  return path
}
