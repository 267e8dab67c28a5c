import { existsSync } from 'node:fs'
import { lstat, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AppError } from '../errors.ts'
import { reasonOf } from './failure.ts'

/** The option with which a command replaces what is at its target. */
export const FORCE = ['--force', 'replace files that exist'] as const

interface Target {
  /** The option that names it. */
  flag: string
  force?: boolean | undefined
}

/**
 * Makes sure, before any work, that a file can be written: its folder is made, and what exists is not replaced without `force`.
 * @throws AppError `conflict` for a file that exists, `invalid_request` for one that cannot be written
 */
export async function prepareFile(path: string, { flag, force = false }: Target): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() === true)
    throw new AppError('invalid_request', `${flag} ${path} is a folder; a file is expected.`)
  if (found?.isFile() === true && !force)
    throw new AppError('conflict', `${flag} ${path} exists already; give another name, or --force to replace it.`)
  const made = await makeFolder(dirname(resolve(path)), flag)
  try {
    await (await open(path, 'a')).close()
    if (found === undefined) await rm(path)
  } catch (cause) {
    await removeMade(made)
    throw unwritable(flag, path, cause)
  }
}

/**
 * Makes a folder for what a command writes, or takes an empty one; one with files in it is refused but for `isOwn` and `force`.
 * @throws AppError `conflict` for a folder that is not empty, `invalid_request` for one that cannot be written
 */
export async function prepareFolder(
  path: string,
  {
    flag,
    force = false,
    isOwn = () => Promise.resolve(false),
  }: Target & { isOwn?: (files: string[]) => Promise<boolean> },
): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && !found.isDirectory())
    throw new AppError('invalid_request', `${flag} ${path} is a file; a folder is expected.`)
  await makeFolder(path, flag)
  const files = await readdir(path)
  if (files.length > 0 && !force && !(await isOwn(files)))
    throw new AppError('conflict', `${flag} ${path} is not empty; give a new or an empty folder.`)
  await requireWritable(path, flag)
}

/**
 * Makes sure that a folder can be made at a path where nothing is yet, or an empty folder.
 * @throws AppError `conflict`, `invalid_request`
 */
export async function prepareNewFolder(path: string, { flag }: Target): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  const isFree = found === undefined || (found.isDirectory() && (await readdir(path)).length === 0)
  if (!isFree) throw new AppError('conflict', `${flag} ${path} exists already; a new folder is expected.`)
  const parent = dirname(resolve(path))
  await makeFolder(parent, flag)
  await requireWritable(parent, flag)
}

async function requireWritable(folder: string, flag: string): Promise<void> {
  const probe = `${folder}/.anneal-${process.pid}`
  try {
    await (await open(probe, 'wx')).close()
    await rm(probe)
  } catch (cause) {
    throw unwritable(flag, folder, cause)
  }
}

/** Makes a folder and those above it, one by one: Node's recursive `mkdir` never ends below /proc. Returns the first that it made. */
async function makeFolder(path: string, flag: string): Promise<string | undefined> {
  const missing: string[] = []
  for (let at = resolve(path); !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at)
  try {
    for (const folder of missing) await mkdir(folder)
    if (!(await stat(path)).isDirectory()) throw new Error(`${path} is no folder.`)
    return missing[0]
  } catch (cause) {
    throw unwritable(flag, path, cause)
  }
}

async function removeMade(folder: string | undefined): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
}

const unwritable = (flag: string, path: string, cause: unknown): AppError => {
  const why = reasonOf(cause, path)
  return new AppError('invalid_request', `${flag} ${path} cannot be written: ${why}`, { cause })
}
