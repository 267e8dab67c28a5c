import type { Engine } from '../../src/engine/engine.ts'
import { parseSpec } from '../../src/job-spec/parse.ts'
import { storedVariables, writeCheckpoint } from '../../src/train/checkpoint/checkpoint.ts'
import type { CheckpointInfo } from '../../src/train/checkpoint/info.ts'
import { buildNet } from '../../src/train/net/net.ts'
import type { WrittenFile } from '../../src/train/process/write-file-atomic.ts'

export interface CheckpointFile {
  classes: readonly string[]
  size?: number
  channels?: 1 | 3
  model?: { name: string } & Record<string, unknown>
  seed?: number
}

/** A checkpoint of an untrained net; without an engine it has no weights. */
export async function writeTestCheckpoint(
  path: string,
  { classes, size = 12, channels = 1, model = { name: 'resnet20', width: 4 }, seed = 1 }: CheckpointFile,
  engine?: Engine,
): Promise<WrittenFile> {
  const spec = parseSpec({ model }).model!
  const image = { size, channels, mean: Array<number>(channels).fill(0.5), std: Array<number>(channels).fill(0.25) }
  const info: CheckpointInfo = {
    formatVersion: 1,
    kind: 'best',
    step: 1,
    specHash: 'hash',
    datasetHash: 'hash',
    classes: [...classes],
    image,
    spec: { model: spec, seed } as CheckpointInfo['spec'],
    temperature: 1.25,
    metrics: {},
    best: null,
  }
  if (engine === undefined) return writeCheckpoint(path, { info, tensors: new Map() })
  const net = buildNet(engine, spec, { size, channels, classes: classes.length, seed })
  const written = await writeCheckpoint(path, { info, tensors: new Map(storedVariables('model', net.variables)) })
  for (const variable of net.variables.values()) variable.dispose()
  return written
}
