import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Table } from './tables.ts'

export const FORMAT = 1
export const MANIFEST = 'backup.json'
export const BLOBS = 'blobs'

/** What a backup has; written last, so that a folder with one is whole. */
export interface Manifest {
  format: typeof FORMAT
  createdAt: string
  /** Migrations of the database that it is of. */
  migrations: string[]
  /** In the order in which their rows can be written. */
  tables: (Table & { rows: number; sha256: string })[]
  /** Next values of counted ids. */
  sequences: { name: string; value: string; isCalled: boolean }[]
  blobs: { files: number; bytes: number }
}

/** The blobs of an installation, as `blobs/copies.ts` copies them. */
export interface BackedUpBlobs {
  copyTo(folder: string): Promise<Manifest['blobs']>
  copyFrom(folder: string): Promise<void>
  /** @throws AppError `conflict` */
  requireEmpty(): Promise<void>
}

export const tableFile = (folder: string, name: string): string => join(folder, `${name}.copy.gz`)

/** @throws AppError `invalid_request` where the folder has no whole backup that this version reads */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST)
  let manifest: Omit<Manifest, 'format'> & { format: unknown }
  try {
    manifest = JSON.parse(await readFile(path, 'utf8')) as typeof manifest
  } catch (cause) {
    throw new AppError('invalid_request', `${folder} has no whole backup: ${path} cannot be read.`, { cause })
  }
  if (manifest.format === FORMAT) return { ...manifest, format: FORMAT }
  throw new AppError(
    'invalid_request',
    `${path} has the format ${String(manifest.format)}; this version reads ${FORMAT}.`,
  )
}
