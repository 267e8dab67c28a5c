import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Convention } from '../../zoo/define.ts'
import { imagenetSource, modelsWithImagenet, type Pretrained } from '../../zoo/models/transfer.ts'
import { METADATA_KEY, readCheckpoint, forInference } from '../checkpoint/checkpoint.ts'
import { EXPORT_FORMAT, type ExportMetadata } from '../weights/export-metadata.ts'
import { fetchWeights, isAtHand, MAX_WEIGHTS_BYTES, type WeightsAccess } from '../weights/fetch.ts'
import { parseLayersModel, readLayersModel } from '../weights/layers-model.ts'
import { fromKeras, IMAGENET, TENSORFLOW_EPSILON, type WeightsKind } from '../weights/keras.ts'
import { readSafetensors, type StoredTensor } from '../weights/safetensors.ts'

/** Weights to start from, with the images and padding that they need. */
export interface PretrainedWeights {
  /** What they are, for people: address or path, hash, licence. */
  source: { name: string; sha256: string; licence?: string }
  convention: Convention
  image: { channels: number; mean: number[]; std: number[] }
  /** By the names of a checkpoint, a safetensors file, or a layers-model. */
  tensors: ReadonlyMap<string, StoredTensor>
  layout: 'torch' | 'tfjs' | 'own'
}

/**
 * Reads the weights that a spec names; `checkpoints` holds the files of those that a spec names by id.
 * @throws AppError `weights_unavailable`, `weights_invalid`, `checkpoint_invalid`
 */
export async function openPretrained(
  model: string,
  pretrained: Pretrained,
  access: WeightsAccess,
  checkpoints: Readonly<Record<string, string>> = {},
): Promise<PretrainedWeights | undefined> {
  if (pretrained === 'none') return undefined
  if (pretrained === 'imagenet') return fromHub(model, access)
  if ('checkpoint' in pretrained) return fromCheckpoint(checkpoints[pretrained.checkpoint] ?? pretrained.checkpoint)
  if ('file' in pretrained) {
    const { file } = pretrained
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw new AppError('weights_unavailable', `The weights ${file} cannot be read.`, { cause })
    })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const read = (path: string): Promise<Uint8Array> => readFile(join(dirname(file), path))
    return fromBytes(model, bytes, { name: file, sha256 }, read)
  }
  const fetched = await fetchWeights(pretrained.url, access, { sha256: pretrained.sha256 })
  const read = shardReader(pretrained.url, access)
  return fromBytes(model, await readFile(fetched.path), { name: pretrained.url, sha256: fetched.sha256 }, read)
}

/** Reads shards from where their model.json is, as many bytes as weights may have in all. */
function shardReader(url: string, access: WeightsAccess): (path: string) => Promise<Uint8Array> {
  let remaining = MAX_WEIGHTS_BYTES
  return async (path) => {
    const address = new URL(path, url)
    if (address.origin !== new URL(url).origin || /^[a-z][a-z\d+.-]*:|^[\\/]{2}/i.test(path))
      throw new AppError(
        'weights_invalid',
        `The model.json of ${url} names a shard elsewhere; shards are paths relative to it, on the same host.`,
      )
    const { path: file, sizeBytes } = await fetchWeights(address.href, access, { maxBytes: remaining })
    remaining -= sizeBytes
    if (remaining < 0)
      throw new AppError('weights_invalid', `The shards of ${url} have more than ${MAX_WEIGHTS_BYTES} bytes in all.`)
    return readFile(file)
  }
}

const hubAddress = (repository: string, name: string, { endpoint }: WeightsAccess): string =>
  `${endpoint}/${repository}/resolve/main/${name}`

/** Architectures whose ImageNet weights are on this machine already. */
export function cachedImagenetModels(access: WeightsAccess): string[] {
  return modelsWithImagenet().filter((model) =>
    isAtHand(hubAddress(imagenetSource(model) ?? '', 'model.safetensors', access), access),
  )
}

async function fromHub(model: string, access: WeightsAccess): Promise<PretrainedWeights> {
  const repository = imagenetSource(model)
  if (repository === undefined)
    throw new AppError('invalid_spec', `There are no ImageNet weights of ${model}.`, {
      errors: [{ pointer: '/model/pretrained', detail: `has no source for ${model}` }],
    })
  const address = (name: string): string => hubAddress(repository, name, access)
  const [config, weights] = [
    await fetchWeights(address('config.json'), access),
    await fetchWeights(address('model.safetensors'), access),
  ]
  const { mean, std, license } = hubConfig(await readFile(config.path, 'utf8'), config.url)
  const tensorflow = repository.startsWith('timm/tf_')
  return {
    source: { name: repository, sha256: weights.sha256, ...(license === undefined ? {} : { licence: license }) },
    convention: tensorflow ? { padding: 'tensorflow', epsilon: TENSORFLOW_EPSILON } : { padding: 'torch' },
    image: { ...IMAGENET, ...(mean === undefined || std === undefined ? {} : { mean, std }) },
    tensors: readSafetensors(await readFile(weights.path), weights.url).tensors,
    layout: 'torch',
  }
}

/** timm writes preprocessing and licence next to the weights. */
function hubConfig(text: string, source: string): { mean?: number[]; std?: number[]; license?: string } {
  try {
    const { pretrained_cfg: config = {} } = JSON.parse(text) as {
      pretrained_cfg?: { mean?: number[]; std?: number[]; license?: string }
    }
    return config
  } catch (cause) {
    throw new AppError('weights_invalid', `${source} is not JSON.`, { cause })
  }
}

function fromCheckpoint(path: string): PretrainedWeights {
  const checkpoint = forInference(readCheckpoint(path))
  const { image } = checkpoint.info
  const autoSide = sideOfStem(checkpoint.info.spec.model) ?? image.size
  const convention = { padding: 'torch' as const, autoSide, ...checkpoint.info.convention }
  const tensors = new Map(
    [...checkpoint.tensors]
      .filter(([name]) => name.startsWith('model/'))
      .map(([name, tensor]) => [name.slice('model/'.length), tensor]),
  )
  const hash = createHash('sha256')
  for (const [name, { data }] of tensors) hash.update(name).update(data)
  return {
    source: { name: path, sha256: hash.digest('hex') },
    convention,
    tensors,
    layout: 'own',
    image: { channels: image.channels, mean: image.mean, std: image.std },
  }
}

/** A side that makes `auto` choose the stem that a model was given by name. */
function sideOfStem(model: Readonly<Record<string, unknown>>): number | undefined {
  const stem = model['stem'] ?? model['strides']
  return stem === 'imagenet' ? 1024 : stem === 'small' ? 1 : undefined
}

async function fromBytes(
  model: string,
  bytes: Buffer,
  source: { name: string; sha256: string },
  readShard: (path: string) => Promise<Uint8Array>,
): Promise<PretrainedWeights> {
  if (bytes[0] === 0x7b) {
    const json = parseLayersModel(bytes.toString('utf8'), source.name)
    const tensors = await readLayersModel(json, readShard)
    const exported = exportedKind(json.userDefinedMetadata)
    if (exported !== undefined) return { source, ...exported, tensors, layout: 'own' }
    return { source, ...fromKeras(model, tensors), layout: 'tfjs' }
  }
  const { tensors, metadata } = readSafetensors(bytes, source.name)
  const exported = exportedKind(parsedMetadata(metadata[METADATA_KEY]))
  if (exported !== undefined) return { source, ...exported, tensors, layout: 'torch' }
  if ([...tensors.keys()].some((name) => /\/(depthwise_)?kernel(:0)?$/.test(name)))
    return { source, ...fromKeras(model, tensors), layout: 'tfjs' }
  return { source, convention: { padding: 'torch' }, image: IMAGENET, tensors, layout: 'torch' }
}

/** What an export of ours says of its weights. */
function exportedKind(metadata: unknown): WeightsKind | undefined {
  const { format, input, convention = { padding: 'torch' } } = (metadata ?? {}) as Partial<ExportMetadata>
  if (format !== EXPORT_FORMAT || input === undefined) return undefined
  const { size, channels, mean, std } = input
  return { convention: { autoSide: size, ...convention }, image: { channels, mean, std } }
}

function parsedMetadata(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return undefined
  }
}
