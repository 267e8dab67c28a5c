import { open, readFile } from 'node:fs/promises'
import { readConfig, weightsAccess } from '../config.ts'
import { loadEngine } from '../engine/load.ts'
import { AppError } from '../errors.ts'
import { parseSpec } from '../job-spec/parse.ts'
import { importWeights } from '../train/pretrained/import.ts'
import { show } from './print.ts'
import { jsonOption } from './read-spec.ts'
import { prepareFile } from './target.ts'

export interface ImportFlags {
  model: string
  classes?: string
  out: string
  force?: boolean
}

const PICKLE_STARTS = ['PK\u0003\u0004', '\u0080\u0002']

/** @throws AppError `weights_invalid` for what torch.save writes, which would run code when read */
async function refusePickle(path: string): Promise<void> {
  const file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0).finally(() => file.close())
  const start = buffer.toString('latin1', 0, bytesRead)
  if (PICKLE_STARTS.some((mark) => start.startsWith(mark)))
    throw new AppError(
      'weights_invalid',
      `${path} is a PyTorch pickle; load it in Python and save it with safetensors.torch.save_file.`,
    )
}

/** Makes a checkpoint of published weights, from a file or an address. */
export async function importCheckpoint(weights: string, { model, classes, out, force }: ImportFlags): Promise<void> {
  const config = readConfig(process.env)
  const architecture = model.startsWith('{') ? jsonOption('--model', model) : model
  parseSpec({ model: architecture })
  await prepareFile(out, { flag: '--out', force })
  const isUrl = /^https?:/.test(weights)
  if (!isUrl) await refusePickle(weights)
  const engine = await loadEngine({ engine: config.engine, threads: config.threads })
  const names =
    classes === undefined
      ? undefined
      : (
          await readFile(classes, 'utf8').catch((cause: unknown) => {
            throw new AppError('invalid_request', `${classes} cannot be read.`, { cause })
          })
        )
          .split(/\r?\n/)
          .filter((line) => line !== '')
  const { message, info, path } = await importWeights(engine, isUrl ? { url: weights } : { file: weights }, {
    model: architecture,
    classes: names,
    out,
    access: weightsAccess(config),
  })
  show({
    value: { path, model: info.spec.model.name, image: info.image, classes: info.classes, message },
    text: `${message}\n${path}: ${info.spec.model.name}, ${info.image.size} pixels, ${info.classes.length} classes\n`,
    ids: [path],
  })
}
