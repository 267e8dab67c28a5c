import { AppError } from '../../errors.ts'
import type { Engine } from '../../engine/engine.ts'
import { resolveSpec } from '../../job-spec/resolve.ts'
import { storedVariables, writeCheckpoint } from '../checkpoint/checkpoint.ts'
import type { CheckpointInfo } from '../checkpoint/info.ts'
import { buildNet } from '../net/net.ts'
import { openPretrained } from './sources.ts'
import { loadWeights } from './initial-weights.ts'
import type { WeightsAccess } from '../weights/fetch.ts'
import type { WrittenFile } from '../process/write-file-atomic.ts'

export interface ImportOptions {
  /** As in a spec: a name or an object with options. */
  model: unknown
  /** Names of the classes in the order of the head's outputs; absent: numbers. */
  classes?: string[] | undefined
  out: string
  access: WeightsAccess
}

const HEAD_BIASES = [
  'fc.bias',
  'classifier.bias',
  'classifier.1.bias',
  'predictions/bias',
  'fc/bias',
  'classifier/bias',
  'classifier.1/bias',
]

/**
 * Makes a checkpoint of weights from elsewhere, head and all.
 * @throws AppError `weights_invalid`, `weights_unavailable`, `class_count_mismatch`
 */
export async function importWeights(
  engine: Engine,
  source: { file: string } | { url: string },
  { model, classes, out, access }: ImportOptions,
): Promise<WrittenFile & { message: string; info: CheckpointInfo }> {
  const spec = typeof model === 'string' ? { name: model } : (model as { name: string })
  const weights = await openPretrained(spec.name, source, access)
  if (weights === undefined) throw new AppError('weights_unavailable', 'No weights were named.')
  const count = HEAD_BIASES.map((name) => weights.tensors.get(name)?.shape[0]).find((size) => size !== undefined)
  if (count === undefined)
    throw new AppError('weights_invalid', `The weights ${weights.source.name} have no head under a known name.`)
  if (classes !== undefined && classes.length !== count)
    throw new AppError('class_count_mismatch', `The weights have ${count} classes; ${classes.length} names were given.`)
  const names = classes ?? Array.from({ length: count }, (_, i) => String(i))
  const { channels, mean, std } = weights.image
  const resolution = resolveSpec(
    { model: { ...spec, pretrained: source } },
    {
      classes: names,
      channels,
      medianSide: 1024,
      counts: { train: 1000, val: 0, test: 0 },
      classCounts: { train: names.map(() => 1) },
    },
  )
  const { size } = resolution.spec.image
  const net = buildNet(engine, resolution.spec.model, {
    size,
    channels,
    classes: count,
    seed: 0,
    convention: weights.convention,
  })
  const { message } = loadWeights(engine, net, weights, { tap: '' })
  const info: CheckpointInfo = {
    formatVersion: 1,
    kind: 'best',
    step: 0,
    spec: resolution.spec,
    specHash: resolution.hash,
    datasetHash: `import:${weights.source.sha256}`,
    classes: names,
    convention: weights.convention,
    image: { size, channels, mean, std },
    temperature: 1,
    metrics: {},
    best: null,
  }
  const written = await writeCheckpoint(out, { info, tensors: new Map(storedVariables('model', net.variables)) })
  return { ...written, message, info }
}
