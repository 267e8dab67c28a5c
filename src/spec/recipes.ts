import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../recipes/', import.meta.url))

/** The named recipes, specs in files of `recipes/`, by name. */
export const recipes: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [
      basename(file, '.json'),
      JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Record<string, unknown>,
    ]),
)
