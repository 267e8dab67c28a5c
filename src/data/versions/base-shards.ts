import { createHash } from 'node:crypto'
import { createReadStream, lstatSync, mkdirSync, readdirSync, symlinkSync, unlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SHARDS_FOLDER, type PackedManifest, type Shard } from '../packed.ts'
import { shardFiles, shardPath } from '../packed/folder.ts'

/** Shards of a version that another has in common with it. */
export interface BaseShards {
  shards: Shard[]
  /** Their files in the base's folder, by their names in the new one. */
  files: Map<string, string>
}

/** Makes the shards of a version readable in a new folder, as symbolic links. */
export async function linkShards(base: string, manifest: PackedManifest, folder: string): Promise<BaseShards> {
  mkdirSync(join(folder, SHARDS_FOLDER), { recursive: true })
  const shards: Shard[] = []
  const files = new Map<string, string>()
  for (const [i, { path, bytes }] of shardFiles(base, manifest).entries()) {
    if (bytes === 0) continue
    const sha256 = manifest.shards?.[i]?.sha256 ?? (await hashOf(path))
    const name = shardPath(folder, sha256)
    if (!files.has(relative(folder, name))) symlinkSync(path, name)
    files.set(relative(folder, name), relative(base, path))
    shards.push({ sha256, bytes })
  }
  return { shards, files }
}

/** Removes the symbolic links again. @returns of the base's files those that the new version has in common with it, by name */
export function unlinkShards(folder: string, { files }: BaseShards): Record<string, string> {
  const shared: Record<string, string> = {}
  for (const name of readdirSync(join(folder, SHARDS_FOLDER)).map((file) => join(SHARDS_FOLDER, file))) {
    if (!lstatSync(join(folder, name)).isSymbolicLink()) continue
    unlinkSync(join(folder, name))
    shared[name] = files.get(name) ?? name
  }
  return shared
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
