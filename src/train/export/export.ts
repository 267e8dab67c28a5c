import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Engine } from '../../engine/engine.ts'
import { METADATA_KEY } from '../checkpoint/checkpoint.ts'
import type { TrainedModel } from '../predict/trained-model.ts'
import { writeValues } from '../net/net.ts'
import { floatTensor, writeSafetensors, type StoredTensor } from '../weights/safetensors.ts'
import { torchvisionName, toTorchLayout } from '../weights/torchvision.ts'
import { exportMetadata } from './metadata.ts'
import type { ExportMetadata, ExportPrecision } from '../weights/export-metadata.ts'
import { toOnnx } from './onnx.ts'
import { reduce, restore, type Reduced } from './precision.ts'
import { toTfjs } from './tfjs.ts'

export type ExportFormat = 'tfjs' | 'onnx' | 'safetensors'

export interface ExportResult {
  files: { path: string; sizeBytes: number }[]
  metadata: ExportMetadata
}

/**
 * Writes a trained model for others to run, as a new folder: `model.json` and shards, `model.onnx`, or `model.safetensors` with
 * torchvision's names; and `metadata.json` with labels, preprocessing and temperature.
 * @throws AppError `conflict` where the folder exists, `invalid_request` for uint8 safetensors, which torch could not load, and for tfjs where
 * the head is of layers that only Anneal has.
 */
export async function exportModel(
  { info, net }: Pick<TrainedModel, 'info' | 'net'>,
  { format, precision, outDir }: { format: ExportFormat; precision: ExportPrecision; outDir: string },
): Promise<ExportResult> {
  if (format === 'safetensors' && precision === 'uint8')
    throw new AppError('invalid_request', 'safetensors are written in float32 or float16; uint8 is for tfjs and onnx.')
  if (format === 'tfjs' && info.head !== undefined)
    throw new AppError(
      'invalid_request',
      `The model ends in a ${info.head.kind} head, whose layers tfjs does not have; the formats for it are onnx, and safetensors for the weights alone.`,
    )
  const metadata = exportMetadata(info, precision)
  const store = (values: Float32Array, rank: number): Reduced => reduce(values, rank, precision)
  const files =
    format === 'tfjs'
      ? toTfjs(net.layers, metadata, store)
      : new Map<string, Uint8Array>([
          format === 'onnx'
            ? ['model.onnx', toOnnx(net.layers, metadata, store)]
            : ['model.safetensors', toSafetensors(net.variables, metadata, precision)],
        ])
  files.set('metadata.json', Buffer.from(`${JSON.stringify(metadata, null, 2)}\n`))
  await writeFolder(outDir, files)
  return {
    metadata,
    files: [...files].map(([name, { byteLength }]) => ({ path: join(outDir, name), sizeBytes: byteLength })),
  }
}

function toSafetensors(
  variables: TrainedModel['net']['variables'],
  metadata: ExportMetadata,
  precision: ExportPrecision,
): Uint8Array {
  const tensors = new Map<string, StoredTensor>()
  for (const [name, variable] of variables) {
    const { shape, values } = toTorchLayout(name, variable.shape, variable.dataSync() as Float32Array)
    const tensor: StoredTensor =
      precision === 'float16'
        ? { dtype: 'F16', shape, data: reduce(values, shape.length, precision).data }
        : floatTensor(shape, values)
    tensors.set(torchvisionName(name), tensor)
  }
  return writeSafetensors({ metadata: { [METADATA_KEY]: JSON.stringify(metadata), format: 'pt' }, tensors })
}

/** All of the files or none. */
async function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const partial = join(dirname(folder), `.${basename(folder)}.partial`)
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  try {
    for (const [name, bytes] of files) await writeFile(join(partial, name), bytes)
    await rename(partial, folder)
  } catch (cause) {
    await rm(partial, { recursive: true, force: true })
    throw new AppError(
      'conflict',
      `The export cannot be written to ${folder}; a folder that does not exist is expected.`,
      {
        cause,
      },
    )
  }
}

/** Gives a model the values that a reader of its export in this precision gets. */
export function reduceWeights(engine: Engine, { net }: Pick<TrainedModel, 'net'>, precision: ExportPrecision): void {
  const values = new Map(
    [...net.variables].map(([name, variable]) => {
      const own = variable.dataSync() as Float32Array
      return [name, restore(own, reduce(own, variable.shape.length, precision))]
    }),
  )
  writeValues(engine, net.variables, values)
}
