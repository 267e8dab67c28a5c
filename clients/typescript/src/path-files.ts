import { open, readdir, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { AnnealError } from './errors.ts'
import type { NamedPart } from './platform.ts'
import type { Part } from './source.ts'

/** What systems leave in folders. */
const isJunk = (path: string): boolean =>
  path.split(sep).some((name) => name.startsWith('.') || ['__MACOSX', 'Thumbs.db', 'desktop.ini'].includes(name))

export async function pathFiles(path: string): Promise<{ isFolder: boolean; files: NamedPart[] }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new AnnealError(`${path} is neither a file nor a folder.`, { code: 'invalid_request' }, { cause })
  })
  if (!found.isDirectory()) return { isFolder: false, files: [await filePart(path, path)] }
  const names = await readdir(path, { recursive: true, withFileTypes: true })
  const files: NamedPart[] = []
  for (const entry of names) {
    const name = join(entry.parentPath, entry.name).slice(join(path, sep).length)
    if (isJunk(name) || entry.isDirectory()) continue
    const file = join(path, name)
    if ((await stat(file)).isFile()) files.push(await filePart(file, name.replaceAll(sep, '/')))
  }
  return { isFolder: true, files }
}

async function filePart(file: string, path: string): Promise<NamedPart> {
  const { size, mtimeMs } = await stat(file)
  const part: Part = {
    sizeBytes: size,
    changed: String(mtimeMs),
    async read(start, end) {
      const handle = await open(file)
      try {
        const bytes = new Uint8Array(end - start)
        const { bytesRead } = await handle.read(bytes, 0, end - start, start)
        if (bytesRead === end - start) return bytes
        throw new AnnealError(`${file} changed while it was uploaded; upload it again.`, { code: 'conflict' })
      } finally {
        await handle.close()
      }
    },
  }
  return { path, part }
}
