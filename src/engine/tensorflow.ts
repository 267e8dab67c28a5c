import Module, { createRequire } from 'node:module'
import { AppError } from '../errors.ts'
import type { Engine } from './engine.ts'
import { plainEngine } from './plain.ts'
import type { Tf } from './tfjs.js'

const PEERS = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']
const require = createRequire(import.meta.url)

/**
 * tfjs on libtensorflow, where the user has installed one of the peers. Their imports of tfjs are pointed at our bundle, so that
 * the process keeps one instance of tfjs-core.
 * @throws AppError `engine_unavailable` when neither peer is installed, or it does not load.
 */
export async function tensorflowEngine(tf: Tf, threads: number): Promise<Engine> {
  const failures: string[] = []
  for (const peer of PEERS) {
    try {
      withBundledTfjs(() => {
        require(peer)
      })
      await tf.setBackend('tensorflow')
      const gpu = peer.endsWith('-gpu')
      return plainEngine(tf, {
        name: 'tensorflow',
        device: { type: gpu ? 'cuda' : 'cpu', name: gpu ? 'GPU of tfjs-node-gpu' : 'CPU' },
        threads,
        version: peer,
      })
    } catch (error) {
      failures.push(`${peer}: ${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)}`)
    }
  }
  throw new AppError(
    'engine_unavailable',
    `The tensorflow engine needs @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node installed beside Anneal (${failures.join('; ')}).`,
  )
}

function withBundledTfjs(run: () => void): void {
  const loader = Module as unknown as { _resolveFilename: (request: string, ...rest: unknown[]) => string }
  const original = loader._resolveFilename
  const bundle = require.resolve('#tfjs')
  loader._resolveFilename = (request, ...rest) =>
    /^@tensorflow\/tfjs(-core|-layers|-backend-cpu)?$/.test(request) ? bundle : original.call(loader, request, ...rest)
  try {
    run()
  } finally {
    loader._resolveFilename = original
  }
}
