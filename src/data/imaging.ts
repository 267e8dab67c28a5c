import { createRequire } from 'node:module'
import { AppError } from '../errors.ts'
import type { PixelOps } from '../zoo/augment/pixel-ops.ts'
import type { RasterImage } from '../zoo/raster-image.ts'
import type { PixelPool } from './pixel-pool.ts'

type OtherOperation =
  | ('decodeJpeg' | 'encodeJpeg' | 'moments' | 'perceptualHash')
  | ('planFiles' | 'decodeFiles' | 'decodePaths' | 'tarEntries')

/** A file that is written by a thread of its own. */
export type NativeShard = object & { readonly isShard: unique symbol }

/** What native/imaging/addon.cc exports. */
export interface Imaging {
  /** Sizes of the input and of the output (width, height, channels), then what the operation takes. Each thread has its own. */
  readonly parameters: Float64Array
  readonly operations: Readonly<Record<keyof PixelOps | OtherOperation, number>>
  run(operation: number, into: Uint8Array, from: Uint8Array, ...values: readonly ArrayBufferView[]): void
  /** The same in another thread; what is given must not be changed until it ends. */
  start(operation: number, into: Uint8Array, from: Uint8Array, ...values: readonly ArrayBufferView[]): Promise<void>
  /** Whether the processor has instructions for SHA-256: without them nothing is hashed here, and there are no shards. */
  readonly hashes: boolean
  openShard(path: string): NativeShard
  appendShard(shard: NativeShard, bytes: Uint8Array): void
  /** Has what is left written in the background. */
  endShard(shard: NativeShard): void
  /** Waits until all is on disk, and closes it. */
  finishShard(shard: NativeShard, hash: Uint8Array): void
  abandonShard(shard: NativeShard): void
}

const require = createRequire(import.meta.url)

function builtAddon(): string | undefined {
  try {
    return require.resolve('#native/anneal_imaging.node')
  } catch {
    return undefined
  }
}

/** Undefined where the addon is not built. */
export const imagingPath = builtAddon()

/** @throws AppError `engine_unavailable` when the addon is not built. */
export function loadImaging(): Imaging {
  if (imagingPath === undefined)
    throw new AppError(
      'engine_unavailable',
      'The operations on pixels are not built: native/build/anneal_imaging.node is missing. Run `npm run build:native`.',
    )
  return require(imagingPath) as Imaging
}

type Size = Pick<RasterImage, 'width' | 'height' | 'channels'>

export interface OperationCaller {
  /** Runs an operation that gives an image of the input's size. */
  same(
    operation: number,
    image: RasterImage,
    parameters?: readonly number[],
    values?: readonly ArrayBufferView[],
  ): RasterImage
  /** Runs an operation that gives an image of another size. */
  sized(operation: number, image: RasterImage, size: Size, parameters?: readonly number[]): RasterImage
}

const SIZES = 6
const NONE: readonly never[] = []

/** Checks images and hands them over, with memory from `pool` for the result. */
export function operationCaller({ parameters, run }: Imaging, pool: PixelPool): OperationCaller {
  const call = (
    operation: number,
    image: RasterImage,
    { width, height, channels }: Size,
    numbers: readonly number[],
    values: readonly ArrayBufferView[],
  ): RasterImage => {
    requireImage(image)
    requireSize(width, height, channels)
    parameters[0] = image.width
    parameters[1] = image.height
    parameters[2] = image.channels
    parameters[3] = width
    parameters[4] = height
    parameters[5] = channels
    for (let i = 0; i < numbers.length; i++) parameters[SIZES + i] = numbers[i]!
    const data = pool.take(width * height * channels)
    if (values.length === 0) run(operation, data, image.data)
    else run(operation, data, image.data, ...values)
    return { data, width, height, channels }
  }
  return {
    same: (operation, image, numbers = NONE, values = NONE) => call(operation, image, image, numbers, values),
    sized: (operation, image, size, numbers = NONE) => call(operation, image, size, numbers, NONE),
  }
}

function requireImage({ data, width, height, channels }: RasterImage): void {
  if ((channels === 1 || channels === 3) && data.length === width * height * channels) return
  throw new AppError(
    'invalid_request',
    `An image of ${width}×${height} pixels and ${channels} channels has ${data.length} bytes; 1 or 3 channels, and width × height × channels bytes, were expected.`,
  )
}

function requireSize(width: number, height: number, channels: number): void {
  const fits = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0
  if (fits && (channels === 1 || channels === 3)) return
  throw new AppError(
    'invalid_request',
    `An image cannot be ${width}×${height} pixels of ${channels} channels: sides are whole numbers from 1, channels 1 or 3.`,
  )
}
