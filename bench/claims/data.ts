import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { gunzipSync } from 'node:zlib'
import { encode } from 'fast-png'
import yazl from 'yazl'
import { ingest } from '../../src/data/ingest.ts'
import { openPacked } from '../../src/data/open.ts'
import type { PackedDataset } from '../../src/data/packed.ts'

const SOURCE = '/usr/share/datasets/fashion-mnist'
const SIDE = 28
const CLASSES = 10

/** Images of each class that a data set takes, from the front of Fashion-MNIST's splits; classes that `train` does not reach are left out. */
export interface Selection {
  name: string
  train: readonly number[]
  /** A class, balanced, from behind those of training. */
  val: number
  /** A class; all of them where it is left out. */
  test?: number
}

/** 10,000 images, every class alike. */
export const BALANCED: Selection = { name: 'balanced', train: Array.from({ length: CLASSES }, () => 1000), val: 100 }

/** An exponential profile from 5,000 images to 50, imbalance 100. Source: Cui et al. 2019, §5. */
export const LONG_TAIL: Selection = {
  name: 'long-tail',
  train: Array.from({ length: CLASSES }, (_, label) => Math.round(5000 * 0.01 ** (label / (CLASSES - 1)))),
  val: 100,
}

async function read(file: string): Promise<Uint8Array> {
  return gunzipSync(await readFile(join(SOURCE, `${file}.gz`)))
}

/** Packs a selection once under `folder`. */
export async function packed(folder: string, { name, train, val, test = Infinity }: Selection): Promise<PackedDataset> {
  const directory = join(folder, name)
  if (existsSync(directory)) return openPacked(directory)
  await mkdir(folder, { recursive: true })
  const zip = new yazl.ZipFile()
  const written = pipeline(zip.outputStream, createWriteStream(`${directory}.zip`))
  for (const [split, prefix] of [
    ['train', 'train'],
    ['test', 't10k'],
  ] as const) {
    const pixels = (await read(`${prefix}-images-idx3-ubyte`)).subarray(16)
    const labels = (await read(`${prefix}-labels-idx1-ubyte`)).subarray(8)
    const taken = Array.from({ length: CLASSES }, () => 0)
    for (const [i, label] of labels.entries()) {
      const rank = taken[label]!++
      const wanted = train[label]
      if (wanted === undefined) continue
      const inTraining = rank < wanted ? 'train' : rank < wanted + val ? 'val' : undefined
      const to = split === 'train' ? inTraining : rank < test ? 'test' : undefined
      if (to === undefined) continue
      const data = pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE)
      const file = encode({ width: SIDE, height: SIDE, channels: 1, depth: 8, data })
      zip.addBuffer(Buffer.from(file), `${to}/class-${label}/${i}.png`, { compress: false, mtime: new Date(0) })
    }
  }
  zip.end()
  await written
  await ingest(`${directory}.zip`, directory)
  return openPacked(directory)
}
