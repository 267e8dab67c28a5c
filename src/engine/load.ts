import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { AppError } from '../errors.ts'
import type { Engine, EngineOptions } from './engine.ts'
import { plainEngine } from './plain.ts'
import { tensorflowEngine } from './tensorflow.ts'
import type { Tf } from './tfjs.js'
import { torchEngine } from './torch/engine.ts'

const require = createRequire(import.meta.url)

/**
 * Loads a backend: with `auto` the best that is there, torch, then tensorflow.
 * @throws AppError `engine_unavailable` that says what is missing and how to get it.
 */
export async function loadEngine({ engine, threads }: EngineOptions): Promise<Engine> {
  const tf = loadTfjs()
  const count = threads > 0 ? threads : availableParallelism()
  if (engine === 'cpu') return cpuEngine(tf)
  if (engine === 'tensorflow') return tensorflowEngine(tf, count)
  if (engine === 'torch') return torchEngine(tf, { threads: count })
  try {
    return await torchEngine(tf, { threads: count })
  } catch (torchError) {
    try {
      return await tensorflowEngine(tf, count)
    } catch (tensorflowError) {
      const reasons = [torchError, tensorflowError].map((error) =>
        error instanceof Error ? error.message : String(error),
      )
      throw new AppError(
        'engine_unavailable',
        `No engine can be loaded. torch: ${reasons[0]} tensorflow: ${reasons[1]}`,
        { cause: torchError },
      )
    }
  }
}

/** tfjs on its own, with no engine chosen: enough to build models. */
export function loadTfjs(): Tf {
  try {
    return require('#tfjs') as Tf
  } catch (cause) {
    throw new AppError('engine_unavailable', 'The TensorFlow.js bundle is missing. Run `npm run build:tfjs`.', {
      cause,
    })
  }
}

async function cpuEngine(tf: Tf): Promise<Engine> {
  await tf.setBackend('cpu')
  return plainEngine(tf, {
    name: 'cpu',
    device: { type: 'cpu', name: 'JavaScript' },
    threads: 1,
    version: `tfjs ${tf.version_core}`,
  })
}
