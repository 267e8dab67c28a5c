import { AppError } from '../../errors.ts'
import type { PackedManifest } from '../../data/packed.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { Convention } from '../../zoo/define.ts'
import { transferOf } from '../../zoo/models/transfer.ts'
import type { CheckpointInfo } from '../checkpoint/info.ts'
import type { ModelInput } from '../net/model-input.ts'
import { writeValues, type Net } from '../net/net.ts'
import { openPretrained, type PretrainedWeights } from './sources.ts'
import { matchWeights } from './match.ts'
import type { WeightsAccess } from '../weights/fetch.ts'

export interface WeightsOptions extends WeightsAccess {
  /** The files of the checkpoints that the spec names by their ids. */
  checkpoints?: Readonly<Record<string, string>>
}

/** What a run begins with: the model's input, and the weights to start from. */
export interface StartingPoint {
  input: ModelInput
  convention: Convention | undefined
  weights: PretrainedWeights | undefined
}

/** With fewer images a batch's statistics are worse than those of the pretrained weights. */
const MIN_BATCH_FOR_STATISTICS = 16

/**
 * The starting point of a spec; a run that is resumed has it in its checkpoint.
 * @throws AppError `weights_unavailable`, `weights_invalid`, `checkpoint_invalid`, `invalid_spec`
 */
export async function startingPoint(
  spec: ResolvedSpec,
  manifest: PackedManifest,
  { resumed, weights: options }: { resumed: CheckpointInfo | undefined; weights: WeightsOptions | undefined },
): Promise<StartingPoint> {
  if (resumed !== undefined) return { input: resumed.image, convention: resumed.convention, weights: undefined }
  const { pretrained } = transferOf(spec.model)
  if (pretrained !== 'none' && options === undefined)
    throw new AppError('config_invalid', 'A spec with pretrained weights needs a folder to keep them in.')
  const weights =
    options === undefined ? undefined : await openPretrained(spec.model.name, pretrained, options, options.checkpoints)
  const channels = spec.image.channels ?? weights?.image.channels ?? manifest.channels
  const own = weights?.image ?? manifest
  const input = {
    size: spec.image.size,
    channels,
    mean: perChannel(spec.image.mean ?? own.mean, channels, '/image/mean'),
    std: perChannel(spec.image.std ?? own.std, channels, '/image/std'),
    background: spec.image.background ?? manifest.background ?? 'black',
    ...(manifest.range === undefined ? {} : { range: manifest.range }),
    workingSize: manifest.workingSize,
  }
  return { input, convention: weights?.convention, weights }
}

/** One number a channel: a single one holds for all, and grey takes the mean of three. */
function perChannel(values: readonly number[], channels: number, pointer: string): number[] {
  if (values.length === channels) return [...values]
  if (values.length === 1) return Array.from({ length: channels }, () => values[0] ?? 0)
  if (channels === 1) return [values.reduce((sum, value) => sum + value, 0) / values.length]
  throw new AppError('invalid_spec', `${values.length} numbers were given for ${channels} channels.`, {
    errors: [{ pointer, detail: `must have 1 or ${channels} numbers` }],
  })
}

/** Whether batch norms keep in training the statistics that they begin with. */
export function keepsNormStatistics(spec: ResolvedSpec): boolean {
  const { batchNorm, pretrained } = transferOf(spec.model)
  if (batchNorm !== 'auto') return batchNorm !== 'train'
  return pretrained !== 'none' && spec.batchSize < MIN_BATCH_FOR_STATISTICS
}

/** Puts the weights in, and says which variables start anew. */
export function loadWeights(
  engine: Engine,
  net: Net,
  weights: PretrainedWeights,
  { tap }: { tap: string },
): { message: string } {
  const shapes = new Map([...net.variables].map(([name, { shape }]) => [name, shape]))
  const { values, fresh } = matchWeights(shapes, weights, { head: net.head, partial: tap !== '' })
  writeValues(engine, new Map([...net.variables].filter(([name]) => values.has(name))), values)
  const { name, sha256, licence } = weights.source
  const terms = licence === undefined ? '' : `, licence ${licence}`
  const anew = fresh.length === 0 ? '' : `; starts anew: ${fresh.join(', ')}`
  return { message: `Starts from ${name} (SHA-256 ${sha256.slice(0, 12)}…${terms})${anew}.` }
}
