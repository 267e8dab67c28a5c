import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readSafetensors, type StoredTensor } from '../../src/train/weights/safetensors.ts'

const SCRIPT = fileURLToPath(new URL('../oracles/torchvision_models.py', import.meta.url))
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

/** Those whose names begin so, without the prefix. */
export const under = (tensors: Map<string, StoredTensor>, prefix: string): Map<string, StoredTensor> =>
  new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  )
