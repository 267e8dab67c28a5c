import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { specHash } from '../job-spec/spec-hash.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'

/** Fields of every resolved spec, which one that a person writes hardly has all of. */
const RESOLVED = ['model', 'image', 'schedule', 'budget', 'batchSize', 'precision', 'seed']
const IMAGE = /\.(jpe?g|png|webp|gif|tiff?|avif|hei[cf]|jxl|jp2|j2k|bmp|ico|p[bgpnaf]m)$/i

async function specOf(folder: string): Promise<ResolvedSpec | undefined> {
  try {
    const spec: unknown = JSON.parse(await readFile(join(folder, 'spec.json'), 'utf8'))
    return RESOLVED.every((field) => field in Object(spec)) ? (spec as ResolvedSpec) : undefined
  } catch {
    return undefined
  }
}

/** Whether a folder has a run of `anneal train`: a resolved spec, and not merely a file of that name. */
export const holdsRun = async (folder: string): Promise<boolean> => (await specOf(folder)) !== undefined

/** @throws AppError `checkpoint_invalid` before anything is written over a run of another spec */
export async function requireSameRun(folder: string, hash: string): Promise<void> {
  const spec = await specOf(folder)
  if (spec !== undefined && specHash(spec) !== hash)
    throw new AppError('checkpoint_invalid', `${folder} has a run of another spec; use an empty folder.`)
}

/** The checkpoint that a finished run reports on: the one its report names, else the best there is. */
export async function trainedCheckpoint(folder: string): Promise<string> {
  const report: unknown = await readFile(join(folder, 'report.json'), 'utf8')
    .then((text): unknown => JSON.parse(text))
    .catch(() => undefined)
  const { weights } = Object(report) as { weights?: unknown }
  const found = [weights, 'averaged', 'best', 'last']
    .filter((kind) => typeof kind === 'string')
    .map((kind) => join(folder, 'checkpoints', `${kind}.safetensors`))
    .find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new AppError('checkpoint_invalid', `${folder} is a folder with no checkpoint; a file or a run is expected.`)
}

/** The checkpoint at a path: the file itself, or that of a run's folder. */
export async function checkpointAt(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true ? trainedCheckpoint(path) : path
}

/** Image files, and those in folders, sorted. @throws AppError `invalid_request` for a folder with none */
export async function imageFiles(paths: readonly string[]): Promise<string[]> {
  const lists = paths.map(async (path): Promise<string[]> => {
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory() !== true) return [path]
    const names = (await readdir(path, { recursive: true })).filter((name) => IMAGE.test(name)).sort()
    if (names.length === 0) throw new AppError('invalid_request', `${path} is a folder with no images.`)
    return names.map((name) => join(path, name))
  })
  return (await Promise.all(lists)).flat()
}
