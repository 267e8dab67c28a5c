import type { EngineMemory } from './engine.ts'
import type { Tf } from './tfjs.js'

/** tfjs' counts and the process' high-water mark. */
export function processMemory(tf: Tf): Pick<EngineMemory, 'numTensors' | 'numBytes' | 'peakBytes'> {
  const { numTensors, numBytes } = tf.memory()
  return { numTensors, numBytes, peakBytes: process.resourceUsage().maxRSS * 1024 }
}
