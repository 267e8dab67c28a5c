import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { readSafetensors, type StoredTensor } from '../../src/train/weights/safetensors.ts'

const SCRIPT = fileURLToPath(new URL('../oracles/torchvision_models.py', import.meta.url))
const LOAD = fileURLToPath(new URL('../oracles/torchvision_load.py', import.meta.url))
const FOLDER = fileURLToPath(new URL('../../build/oracles/', import.meta.url))

/** Tensors of test/oracles/torchvision_models.py, made once. */
export function oracle(name: string, size: number, batch: number): Map<string, StoredTensor> {
  const hash = createHash('sha256').update(readFileSync(SCRIPT)).digest('hex').slice(0, 12)
  const path = `${FOLDER}${name}-${size}-${batch}-${hash}.safetensors`
  if (!existsSync(path)) {
    mkdirSync(FOLDER, { recursive: true })
    execFileSync('/usr/bin/python3', [SCRIPT, name, String(size), String(batch), path], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  return readSafetensors(readFileSync(path), path).tensors
}

/** An export's safetensors, and images of float32. */
interface LoadRequest {
  model: string
  classes: number
  weights: string
  images: string
  /** [N, C, H, W] */
  shape: readonly number[]
  options: object
}

export interface Torchvision {
  /** The logits of an export that is loaded strictly. */
  logits(request: LoadRequest): Promise<number[]>
  close(): Promise<void>
}

/** One process for all exports: to import torch takes longer than to load one. */
export function openTorchvision(): Torchvision {
  const child = spawn('/usr/bin/python3', [LOAD], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async logits(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      const line = (await lines.next()) as IteratorResult<string, undefined>
      if (line.done === true) throw new Error(`torchvision does not load ${request.weights}`)
      return JSON.parse(line.value) as number[]
    },
    async close() {
      child.stdin.end()
      await exited
    },
  }
}

/** Those whose names begin so, without the prefix. */
export const under = (tensors: Map<string, StoredTensor>, prefix: string): Map<string, StoredTensor> =>
  new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  )
