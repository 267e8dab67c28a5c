import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import {
  decodeIndex,
  INDEX_FILE,
  indexLength,
  ITEMS_FILE,
  MANIFEST_FILE,
  PIXELS_FILE,
  type PackedDataset,
  type PackedManifest,
} from './packed.ts'
import type { Split } from '../job-spec/splits.ts'

/** Pixel files up to this size are held in memory, shared by all threads. */
const MAX_IN_MEMORY = 2e9

/**
 * Opens a packed data set.
 * @param options.classes only images of these, labelled by their places in the list, as if there were no others; mean and deviation stay those of
 *   all training images.
 * @throws AppError `dataset_corrupt` when a file is missing, cut short, or does not fit the others.
 */
export function openPacked(directory: string, { classes }: { classes?: readonly string[] } = {}): PackedDataset {
  let manifest: PackedManifest
  let index: Buffer
  let pixelBytes: number
  try {
    manifest = JSON.parse(readFileSync(join(directory, MANIFEST_FILE), 'utf8')) as PackedManifest
    index = readFileSync(join(directory, INDEX_FILE))
    const file = openSync(join(directory, PIXELS_FILE), 'r')
    pixelBytes = fstatSync(file).size
    closeSync(file)
  } catch (cause) {
    throw new AppError(
      'dataset_corrupt',
      `${directory} is not a packed data set: ${cause instanceof Error ? cause.message : ''}.`,
      { cause },
    )
  }
  const { counts, channels } = manifest
  const starts: Record<Split, number> = { train: 0, val: counts.train, test: counts.train + counts.val }
  const total = counts.train + counts.val + counts.test
  if (indexLength(index) !== total)
    throw new AppError(
      'dataset_corrupt',
      `${directory}: the index has ${indexLength(index)} records; the manifest says ${total}.`,
    )
  for (let i = 0; i < total; i++) {
    const { offset, width, height } = decodeIndex(index, i)
    if (offset + width * height * channels > pixelBytes)
      throw new AppError('dataset_corrupt', `${directory}: image ${i} lies beyond the end of ${PIXELS_FILE}.`)
  }
  const label = (split: Split, place: number): number => decodeIndex(index, starts[split] + place).label
  const newLabels = classes === undefined ? undefined : manifest.classes.map((name) => classes.indexOf(name))
  const all = (split: Split): number[] => Array.from({ length: counts[split] }, (_, place) => place)
  const kept = (split: Split): Int32Array =>
    Int32Array.from(
      all(split).filter((place) => newLabels === undefined || (newLabels[label(split, place)] ?? -1) >= 0),
    )
  const places: Record<Split, Int32Array> = { train: kept('train'), val: kept('val'), test: kept('test') }
  const placeOf = (split: Split, i: number): number => places[split][i] ?? -1
  const labelAt = (split: Split, i: number): number => {
    const own = label(split, placeOf(split, i))
    return newLabels?.[own] ?? own
  }
  const shown = classes === undefined ? manifest : withClasses(manifest, classes)
  let reading: Promise<Item[]> | undefined
  const itemAt = async (split: Split, i: number): Promise<Item> => {
    reading ??= readItems(directory)
    return (await reading)[starts[split] + placeOf(split, i)] ?? { file: '', sha256: '' }
  }
  return {
    directory,
    manifest: shown,
    labels: (split) => Int32Array.from(places[split], (_, i) => labelAt(split, i)),
    place: placeOf,
    location(split, i) {
      const { offset, width, height } = decodeIndex(index, starts[split] + placeOf(split, i))
      return { offset, width, height }
    },
    async splitHash(split) {
      const hash = createHash('sha256').update(JSON.stringify(shown.classes))
      for (const i of places[split].keys()) hash.update(`${labelAt(split, i)} ${(await itemAt(split, i)).sha256}\n`)
      return hash.digest('hex')
    },
    fileName: async (split, i) => (await itemAt(split, i)).file,
  }
}

function withClasses(manifest: PackedManifest, classes: readonly string[]): PackedManifest {
  const countsOf = (split: Split): number[] =>
    classes.map((name) => manifest.classCounts[split][manifest.classes.indexOf(name)] ?? 0)
  const classCounts = { train: countsOf('train'), val: countsOf('val'), test: countsOf('test') }
  const total = (split: Split): number => classCounts[split].reduce((sum, count) => sum + count, 0)
  return {
    ...manifest,
    classes: [...classes],
    classCounts,
    counts: { train: total('train'), val: total('val'), test: total('test') },
  }
}

interface Item {
  file: string
  sha256: string
}

async function readItems(directory: string): Promise<Item[]> {
  const text = await readFile(join(directory, ITEMS_FILE), 'utf8')
  return text.split('\n').map((line) => JSON.parse(line) as Item)
}

/** Reads slices of the pixel file: from shared memory where it fits, else from disk. */
export type PixelSource = { kind: 'memory'; bytes: SharedArrayBuffer } | { kind: 'file'; path: string }

export function pixelSource({ directory }: PackedDataset): PixelSource {
  const path = join(directory, PIXELS_FILE)
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    if (size > MAX_IN_MEMORY) return { kind: 'file', path }
    const bytes = new SharedArrayBuffer(size)
    for (let at = 0; at < size;) at += readSync(file, new Uint8Array(bytes, at), 0, Math.min(size - at, 1 << 28), at)
    return { kind: 'memory', bytes }
  } finally {
    closeSync(file)
  }
}

export interface PixelReader {
  /** Bytes that are valid until the next call. */
  read(offset: number, length: number): Uint8Array
  close(): void
}

export function pixelReader(source: PixelSource): PixelReader {
  if (source.kind === 'memory')
    return { read: (offset, length) => new Uint8Array(source.bytes, offset, length), close: () => undefined }
  const file = openSync(source.path, 'r')
  let buffer = new Uint8Array(0)
  return {
    read(offset, length) {
      if (buffer.byteLength < length) buffer = new Uint8Array(length)
      const count = readSync(file, buffer, 0, length, offset)
      if (count < length) throw new AppError('dataset_corrupt', `${source.path} ends before byte ${offset + length}.`)
      return buffer.subarray(0, length)
    },
    close: () => {
      closeSync(file)
    },
  }
}
