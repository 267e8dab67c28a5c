import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

interface ModelJson {
  weightsManifest: { paths: string[] }[]
}

/** Unpacks a model of npm's nsfwjs, whose files are scripts, as a plain layers-model: `model.json` and its shards. */
export async function writeNsfwModel(name: 'mobilenet_v2' | 'inception_v3', folder: string): Promise<string> {
  const models = join(dirname(require.resolve('nsfwjs')), '..', 'models', name)
  const load = (file: string): unknown => require(join(models, file))
  const json = load('model.min.js') as ModelJson
  const shards = json.weightsManifest.flatMap(({ paths }) => paths)
  await mkdir(folder, { recursive: true })
  for (const shard of shards)
    await writeFile(join(folder, shard), Buffer.from(String(load(`${shard}.min.js`)), 'base64'))
  const path = join(folder, 'model.json')
  await writeFile(path, JSON.stringify(json))
  return path
}
