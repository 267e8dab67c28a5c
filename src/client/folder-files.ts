import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface FolderFile {
  /** Under the folder, with slashes. */
  path: string
  size: number
  /** Time of the last change. */
  changed: string
}

/** What systems leave in folders; no data set is made of it. */
const JUNK = new Set([
  '__MACOSX',
  'Thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '@eaDir',
  '$RECYCLE.BIN',
  'System Volume Information',
])
const isJunk = (name: string): boolean => name.startsWith('.') || JUNK.has(name)

/** The files under a folder, sorted by path. Links are followed: people’s subsets are links. */
export async function folderFiles(root: string): Promise<{ files: FolderFile[]; deadLinks: string[] }> {
  const files: FolderFile[] = []
  const deadLinks: string[] = []
  const visit = async (at: string, above: ReadonlySet<string>): Promise<void> => {
    const names = (await readdir(join(root, at))).filter((name) => !isJunk(name)).sort((a, b) => (a < b ? -1 : 1))
    for (const name of names) {
      const path = at === '' ? name : `${at}/${name}`
      const found = await stat(join(root, path), { bigint: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ELOOP') return undefined
        throw error
      })
      if (found === undefined) deadLinks.push(path)
      else if (found.isFile()) files.push({ path, size: Number(found.size), changed: String(found.mtimeNs) })
      else if (found.isDirectory()) {
        const identity = `${found.dev}:${found.ino}`
        if (above.has(identity)) deadLinks.push(path)
        else await visit(path, new Set([...above, identity]))
      }
    }
  }
  const { dev, ino } = await stat(root, { bigint: true })
  await visit('', new Set([`${dev}:${ino}`]))
  return { files, deadLinks }
}
