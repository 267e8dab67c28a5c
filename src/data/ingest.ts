import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../errors.ts'
import { rngFor, shuffle } from '../zoo/rng.ts'
import type { RasterImage } from '../zoo/raster-image.ts'
import { decodeImage } from './decode.ts'
import { withChannels } from './channels.ts'
import { isLabelFile, placeImages, requireClasses, type Placement } from './layout.ts'
import {
  encodeIndex,
  INDEX_FILE,
  ITEMS_FILE,
  MANIFEST_FILE,
  PIXELS_FILE,
  REPORT_FILE,
  SPLITS,
  type PackedManifest,
  type Split,
} from './packed.ts'
import { firstListed, type IngestReport } from '../spec/ingest-report.ts'
import { DEFAULT_LIMITS, type Budget, type SourceEntry, type SourceLimits } from './source/budget.ts'
import { openBudget, readEntries } from './source/entries.ts'
import { printable } from './text.ts'

export interface IngestOptions {
  limits?: SourceLimits
  signal?: AbortSignal
  /** Draws the splits that the data set does not give. */
  seed?: number
  /** Images whose shorter side is longer are shrunk to it. */
  workingSize?: number
  onProgress?: (progress: { files: number; images: number }) => void
}

export interface Ingested {
  manifest: PackedManifest
  report: IngestReport
}

interface Packed {
  path: string
  hash: string
  offset: number
  width: number
  height: number
  channels: number
}

interface Problem {
  file: string
  code: string
  detail: string
}

const CONCURRENT_DECODES = 16
const HELD_OUT_SHARE = 0.1
const LARGEST_VALIDATION = 5000
const SMALLEST_SIDE = 4
const STATISTICS_IMAGES = 10_000
const MAX_WARNINGS = 100
const MAX_LISTED_PER_GROUP = 20

/**
 * Reads a data set, checks and decodes every image, draws missing splits, and packs it into `outDir`, which must not exist. Images that
 * do not decode are set aside and listed; whatever fails leaves nothing behind.
 * @throws AppError `archive_*`, `dataset_*` or `split_leakage`.
 */
export async function ingest(source: string, outDir: string, options: IngestOptions = {}): Promise<Ingested> {
  await mkdir(dirname(outDir), { recursive: true })
  const work = await mkdtemp(`${outDir}.partial-`)
  try {
    const result = await pack(source, work, options)
    options.signal?.throwIfAborted()
    await rename(work, outDir)
    return result
  } catch (error) {
    await rm(work, { recursive: true, force: true })
    throw error
  }
}

async function pack(source: string, work: string, options: IngestOptions): Promise<Ingested> {
  const limits = options.limits ?? DEFAULT_LIMITS
  const workingSize = options.workingSize ?? 256
  const pixels = await open(join(work, PIXELS_FILE), 'w+')
  try {
    const budget = await openBudget(source, limits)
    const collected = await collect(source, pixels, { ...options, budget, workingSize })
    const placed = place(collected, options.seed ?? 0, limits)
    const channels = placed.images.every((image) => image.channels === 1) ? 1 : 3
    const images = await unifyChannels(placed.images, pixels, { channels, budget })
    return await finish(work, pixels, { ...placed, images, channels, workingSize, files: collected.files })
  } finally {
    await pixels.close()
  }
}

interface Collected {
  files: number
  images: Packed[]
  problems: Problem[]
  labels: { path: string; text: string } | undefined
}

/** Decodes on sharp's threads, a few images at a time, and appends pixels in the order of the source. */
async function collect(
  source: string,
  pixels: FileHandle,
  options: IngestOptions & { budget: Budget; workingSize: number },
): Promise<Collected> {
  const { budget, workingSize, signal, onProgress } = options
  const result: Collected = { files: 0, images: [], problems: [], labels: undefined }
  const writer = new Appender(pixels, budget)
  const queue: { path: string; image: Promise<RasterImage | AppError> }[] = []
  const take = async (): Promise<void> => {
    const next = queue.shift()
    if (next === undefined) return
    const image = await next.image
    if (image instanceof AppError)
      result.problems.push({ file: next.path, code: image.code, detail: printable(image.message, 500) })
    else
      result.images.push({
        path: next.path,
        hash: pixelHash(image),
        offset: await writer.append(image.data),
        ...sizeOf(image),
      })
    if (result.files % 500 === 0) onProgress?.({ files: result.files, images: result.images.length })
  }
  for await (const entry of readEntries(source, budget, signal)) {
    if (isLabelFile(entry.path)) {
      result.labels = { path: entry.path, text: entry.data.toString('utf8') }
      continue
    }
    result.files++
    queue.push({ path: entry.path, image: decoded(entry, budget.limits, workingSize) })
    if (queue.length >= CONCURRENT_DECODES) await take()
  }
  while (queue.length > 0) await take()
  await writer.flush()
  onProgress?.({ files: result.files, images: result.images.length })
  if (result.images.length === 0) {
    const first = result.problems[0]
    throw new AppError(
      'dataset_empty',
      `The data set holds no images${first === undefined ? '' : `; ${printable(first.file)}: ${first.detail}`}`,
    )
  }
  return result
}

async function decoded(entry: SourceEntry, limits: SourceLimits, shorterSide: number): Promise<RasterImage | AppError> {
  if (entry.problem !== undefined) return entry.problem
  try {
    const keptPixels = limits.aspectRatio * shorterSide ** 2
    const image = await decodeImage(entry.data, { pixels: limits.pixels, shorterSide, keptPixels })
    if (Math.min(image.width, image.height) < SMALLEST_SIDE)
      return new AppError(
        'image_too_small',
        `The image is ${image.width}×${image.height}; at least ${SMALLEST_SIDE}×${SMALLEST_SIDE} pixels are needed.`,
      )
    return image
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

/** Gathers small writes. */
class Appender {
  private readonly buffer = Buffer.alloc(1 << 22)
  private used = 0
  private offset = 0
  private readonly file: FileHandle
  private readonly budget: Budget

  constructor(file: FileHandle, budget: Budget) {
    this.file = file
    this.budget = budget
  }

  /** @returns where the bytes begin. */
  async append(bytes: Uint8Array): Promise<number> {
    this.budget.pack(bytes.byteLength)
    const at = this.offset + this.used
    if (this.used + bytes.byteLength > this.buffer.byteLength) await this.flush()
    if (bytes.byteLength > this.buffer.byteLength) {
      await this.file.write(bytes, 0, bytes.byteLength, this.offset)
      this.offset += bytes.byteLength
    } else {
      this.buffer.set(bytes, this.used)
      this.used += bytes.byteLength
    }
    return at
  }

  async flush(): Promise<void> {
    if (this.used > 0) await this.file.write(this.buffer, 0, this.used, this.offset)
    this.offset += this.used
    this.used = 0
  }
}

interface Placed {
  images: (Packed & { label: number; split: Split })[]
  classes: string[]
  problems: Problem[]
  drawn: Record<'val' | 'test', boolean>
  duplicates: string[][]
}

function place({ images, problems, labels }: Collected, seed: number, limits: SourceLimits): Placed {
  const placements = placeImages(
    images.map((image) => image.path),
    labels,
  )
  const known: (Packed & { placement: Placement })[] = []
  const setAside = [...problems]
  for (const image of images) {
    const placement = placements.get(image.path)
    if (placement === undefined)
      setAside.push({
        file: image.path,
        code: 'image_unlabelled',
        detail: 'The image has no class: it lies in no class folder, or the label file does not name it.',
      })
    else known.push({ ...image, placement })
  }
  const classes = [...new Set(known.map((image) => image.placement.label))].sort(byNumberThenName)
  requireClasses(classes, limits)
  if (classes.length === 0) throw new AppError('dataset_empty', 'No image of the data set has a class.')
  if (classes.length === 1)
    throw new AppError(
      'dataset_one_class',
      `All images belong to one class, ${JSON.stringify(classes[0])}; at least two are needed.`,
    )
  const ids = new Map(classes.map((name, id) => [name, id]))
  const labelled = known
    .map(({ placement, ...image }) => ({
      ...image,
      label: ids.get(placement.label) ?? 0,
      split: placement.split ?? ('train' as const),
    }))
    .sort((a, b) => splitOrder(a, b) || (a.path < b.path ? -1 : 1))
  const duplicates = findDuplicates(labelled)
  const drawn = {
    test: draw(labelled, 'test', rngFor(seed, 1), Infinity),
    val: draw(labelled, 'val', rngFor(seed, 2), LARGEST_VALIDATION),
  }
  if (!labelled.some((image) => image.split === 'train'))
    throw new AppError('dataset_empty', 'The data set has no training images.')
  labelled.sort(splitOrder)
  return { images: labelled, classes, problems: setAside, drawn, duplicates }
}

const splitOrder = (a: { split: Split }, b: { split: Split }): number =>
  SPLITS.indexOf(a.split) - SPLITS.indexOf(b.split)

/** Moves a stratified share of the training images to a split that is empty; equal images stay together. */
function draw(
  images: { label: number; split: Split; hash: string }[],
  split: 'val' | 'test',
  rng: ReturnType<typeof rngFor>,
  most: number,
): boolean {
  if (images.some((image) => image.split === split)) return false
  const training = images.filter((image) => image.split === 'train')
  const share = Math.min(HELD_OUT_SHARE, most / training.length)
  const byLabel = groupBy(training, (image) => image.label)
  const taken = new Set<string | undefined>()
  for (const [, group] of [...byLabel].sort(([a], [b]) => a - b)) {
    const order = shuffle(Int32Array.from(group.keys()), rng)
    const count = group.length < 3 ? 0 : Math.max(1, Math.round(group.length * share))
    for (const i of order.subarray(0, count)) taken.add(group[i]?.hash)
  }
  for (const image of training) if (taken.has(image.hash)) image.split = split
  return true
}

/** @throws AppError `split_leakage` naming the first pairs when one image is in two splits. */
function findDuplicates(images: readonly { path: string; hash: string; split: Split }[]): string[][] {
  const groups = [...groupBy(images, (image) => image.hash).values()].filter((group) => group.length > 1)
  const leaks = groups.filter((group) => new Set(group.map((image) => image.split)).size > 1)
  if (leaks.length > 0) {
    const pairs = leaks.slice(0, 3).map((group) => {
      const other = group.find((image) => image.split !== group[0]?.split)
      return `${group[0]?.path} and ${other?.path}`
    })
    throw new AppError(
      'split_leakage',
      `${leaks.length} ${leaks.length === 1 ? 'image is' : 'images are'} in two splits: ${pairs.join('; ')}. Every image may be in one split only.`,
    )
  }
  return groups.map((group) => group.map((image) => image.path))
}

async function unifyChannels<T extends Packed>(
  images: T[],
  pixels: FileHandle,
  { channels, budget }: { channels: number; budget: Budget },
): Promise<T[]> {
  if (images.every((image) => image.channels === channels)) return images
  const { size } = await pixels.stat()
  let end = size
  const result: T[] = []
  for (const image of images) {
    if (image.channels === channels) {
      result.push(image)
      continue
    }
    const data = Buffer.alloc(image.width * image.height * image.channels)
    await pixels.read(data, 0, data.byteLength, image.offset)
    const wide = withChannels({ ...image, data }, channels)
    budget.pack(wide.data.byteLength)
    await pixels.write(wide.data, 0, wide.data.byteLength, end)
    result.push({ ...image, offset: end, channels })
    end += wide.data.byteLength
  }
  return result
}

async function finish(
  work: string,
  pixels: FileHandle,
  {
    images,
    classes,
    problems,
    drawn,
    duplicates,
    channels,
    workingSize,
    files,
  }: Placed & { channels: 1 | 3; workingSize: number; files: number },
): Promise<Ingested> {
  const count = (split: Split, label?: number): number =>
    images.reduce(
      (sum, image) => sum + (image.split === split && (label === undefined || image.label === label) ? 1 : 0),
      0,
    )
  const classCounts = Object.fromEntries(
    SPLITS.map((split) => [split, classHistogram(images, split, classes.length)]),
  ) as PackedManifest['classCounts']
  const counts = { train: count('train'), val: count('val'), test: count('test') }
  const sides = images.map((image) => Math.min(image.width, image.height)).sort((a, b) => a - b)
  const [first] = images
  const uniform =
    first !== undefined && images.every((image) => image.width === first.width && image.height === first.height)
  const index = encodeIndex(images)
  const items = images
    .map((image) => JSON.stringify({ file: image.path, split: image.split, label: image.label, sha256: image.hash }))
    .join('\n')
  const hash = createHash('sha256').update(JSON.stringify(classes))
  for (const { split, label, hash: content } of images) hash.update(`${split} ${label} ${content}\n`)
  const manifest: PackedManifest = {
    formatVersion: 1,
    hash: hash.digest('hex'),
    ...{ classes, channels, workingSize, counts, classCounts },
    ...(uniform ? { uniform: { width: first.width, height: first.height } } : {}),
    medianSide: sides[sides.length >> 1] ?? 0,
    ...(await channelStatistics(
      pixels,
      images.filter((image) => image.split === 'train'),
      channels,
    )),
  }
  const training = classCounts.train.filter((n) => n > 0)
  const untrained = classes.filter((_, label) => classCounts.train[label] === 0)
  const warnings = untrained.slice(0, MAX_WARNINGS).map((name) => `Class ${name} has no training images.`)
  if (untrained.length > MAX_WARNINGS)
    warnings.push(`${untrained.length - MAX_WARNINGS} more classes have no training images.`)
  const report: IngestReport = {
    files,
    images: counts,
    classes: classes.map((name, label) => ({
      name,
      train: classCounts.train[label] ?? 0,
      val: classCounts.val[label] ?? 0,
      test: classCounts.test[label] ?? 0,
    })),
    imbalance: Math.max(...training) / Math.min(...training),
    channels,
    sizes: {
      smallest: sides[0] ?? 0,
      median: manifest.medianSide,
      largest: images.reduce((most, image) => Math.max(most, image.width, image.height), 0),
      packed: workingSize,
    },
    splits: { val: drawn.val ? 'drawn' : 'given', test: drawn.test ? 'drawn' : 'given' },
    quarantined: { count: problems.length, files: firstListed(problems) },
    duplicates: {
      count: duplicates.reduce((sum, group) => sum + group.length - 1, 0),
      groups: firstListed(duplicates).map((group) => group.slice(0, MAX_LISTED_PER_GROUP)),
    },
    warnings,
  }
  await pixels.sync()
  await writeFile(join(work, INDEX_FILE), index)
  await writeFile(join(work, ITEMS_FILE), items)
  await writeFile(join(work, REPORT_FILE), JSON.stringify(report))
  await writeFile(join(work, MANIFEST_FILE), JSON.stringify(manifest))
  return { manifest, report }
}

function classHistogram(images: readonly { label: number; split: Split }[], split: Split, classes: number): number[] {
  const histogram = new Array<number>(classes).fill(0)
  for (const image of images) if (image.split === split) histogram[image.label] = (histogram[image.label] ?? 0) + 1
  return histogram
}

/** Mean and deviation of pixel/255 a channel, over at most 10,000 training images spread evenly. */
async function channelStatistics(
  pixels: FileHandle,
  images: readonly Packed[],
  channels: number,
): Promise<{ mean: number[]; std: number[] }> {
  const stride = Math.max(1, Math.ceil(images.length / STATISTICS_IMAGES))
  const histogram = new Float64Array(256 * channels)
  for (let i = 0; i < images.length; i += stride) {
    const image = images[i]
    if (image === undefined) continue
    const data = Buffer.alloc(image.width * image.height * channels)
    await pixels.read(data, 0, data.byteLength, image.offset)
    for (let k = 0; k < data.byteLength; k++) {
      const bin = (k % channels) * 256 + (data[k] ?? 0)
      histogram[bin] = (histogram[bin] ?? 0) + 1
    }
  }
  const channelsOf = Array.from({ length: channels }, (_, c) => {
    const bins = histogram.subarray(c * 256, (c + 1) * 256)
    const total = bins.reduce((sum, n) => sum + n, 0)
    const mean = bins.reduce((sum, n, value) => sum + (n * value) / 255, 0) / total
    const variance = bins.reduce((sum, n, value) => sum + n * (value / 255 - mean) ** 2, 0) / total
    return { mean, std: Math.max(Math.sqrt(variance), 1 / 255) }
  })
  return { mean: channelsOf.map((channel) => channel.mean), std: channelsOf.map((channel) => channel.std) }
}

function pixelHash({ data, width, height, channels }: RasterImage): string {
  return createHash('sha256').update(`${width}x${height}x${channels}:`).update(data).digest('hex')
}

function sizeOf({ width, height, channels }: RasterImage): { width: number; height: number; channels: number } {
  return { width, height, channels }
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

const collator = new Intl.Collator('en', { numeric: true })
const byNumberThenName = (a: string, b: string): number => collator.compare(a, b)
