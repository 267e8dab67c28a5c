import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** An upload under way: whoever uploads the same again resumes it. */
export interface UploadUnderWay {
  id: string
  /** Whether all of it has come, so that only the data set is to be made of it. */
  isWhole: boolean
}

export interface UploadState {
  read(): Promise<UploadUnderWay | undefined>
  write(upload: UploadUnderWay): Promise<void>
  remove(): Promise<void>
}

/** In this process alone. */
export function memoryState(): UploadState {
  let kept: UploadUnderWay | undefined
  return {
    read: async () => kept,
    async write(upload) {
      kept = upload
    },
    async remove() {
      kept = undefined
    },
  }
}

/** In a file of a folder, for the next process. */
export function fileState(folder: string, name: string): UploadState {
  const path = join(folder, `${name}.json`)
  return {
    async read() {
      try {
        const { id, isWhole } = JSON.parse(await readFile(path, 'utf8')) as Partial<UploadUnderWay>
        return typeof id === 'string' && /^up_[a-z0-9]+$/.test(id) ? { id, isWhole: isWhole === true } : undefined
      } catch {
        // None, or one that cannot be read: the upload begins from the start.
        return undefined
      }
    },
    async write(upload) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(`${path}.partial`, JSON.stringify(upload), { mode: 0o600 })
      await rename(`${path}.partial`, path)
    },
    remove: () => rm(path, { force: true }),
  }
}
