import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { AppError } from '../errors.ts'
import type { PixelOps } from '../zoo/augment/pixel-ops.ts'
import type { RasterImage } from '../zoo/define.ts'
import { pixelPool, type PixelPool } from './pixel-pool.ts'

/** What native/imaging/addon.cc exports. */
interface Imaging {
  /** Sizes of the input and of the output (width, height, channels), then what the operation takes. Each thread has its own. */
  readonly parameters: Float64Array
  readonly operations: Readonly<Record<keyof PixelOps, number>>
  run(operation: number, into: Uint8Array, from: Uint8Array, values?: ArrayBufferView): void
}

type Size = Pick<RasterImage, 'width' | 'height' | 'channels'>

const SIZES = 6

/** The operations in C++, with memory that is used again from one image to the next. */
export interface NativePixelOps extends PixelOps {
  /** Takes back the memory of every image given so far. */
  reclaim(): void
}

/** @throws AppError `engine_unavailable` when the addon is not built. */
export function nativePixelOps(): NativePixelOps {
  const imaging = loadImaging()
  const pool = pixelPool()
  const { operations: code } = imaging
  const { same, sized } = callers(imaging, pool)
  return {
    reclaim: pool.reclaim,
    flipHorizontal: (image) => same(code.flipHorizontal, image),
    flipVertical: (image) => same(code.flipVertical, image),
    crop: (image, { x, y, width, height }, fill = 0) => sized(code.crop, image, { width, height }, [x, y, byte(fill)]),
    resize: (image, { region, width, height, window }) => {
      const { x, y } = region
      return sized(code.resize, image, window, [x, y, region.width, region.height, width, height, window.x, window.y])
    },
  }
}

interface Callers {
  /** Gives an image of the input's size. */
  same(operation: number, image: RasterImage, parameters?: readonly number[], values?: ArrayBufferView): RasterImage
  /** Gives an image of another size. */
  sized(operation: number, image: RasterImage, size: Partial<Size>, parameters?: readonly number[]): RasterImage
}

function callers({ parameters, run }: Imaging, pool: PixelPool): Callers {
  const call = (
    operation: number,
    image: RasterImage,
    { width, height, channels }: Size,
    numbers: readonly number[],
    values?: ArrayBufferView,
  ): RasterImage => {
    requireImage(image)
    requireSize(width, height)
    parameters[0] = image.width
    parameters[1] = image.height
    parameters[2] = image.channels
    parameters[3] = width
    parameters[4] = height
    parameters[5] = channels
    for (let i = 0; i < numbers.length; i++) parameters[SIZES + i] = numbers[i]!
    const data = pool.take(width * height * channels)
    if (values === undefined) run(operation, data, image.data)
    else run(operation, data, image.data, values)
    return { data, width, height, channels }
  }
  return {
    same: (operation, image, numbers = [], values) => call(operation, image, image, numbers, values),
    sized: (operation, image, { width, height, channels }, numbers = []) =>
      call(
        operation,
        image,
        {
          width: width ?? image.width,
          height: height ?? image.height,
          channels: channels ?? image.channels,
        },
        numbers,
      ),
  }
}

function requireImage({ data, width, height, channels }: RasterImage): void {
  if ((channels !== 1 && channels !== 3) || data.length !== width * height * channels)
    throw new AppError(
      'invalid_request',
      `An image of ${width}×${height} pixels and ${channels} channels has ${data.length} bytes; 1 or 3 channels, and width × height × channels bytes, were expected.`,
    )
}

function requireSize(width: number, height: number): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0))
    throw new AppError('invalid_request', `An image cannot be ${width}×${height} pixels: both must be whole, from 1.`)
}

/** @throws AppError `invalid_request` when it is not a whole number from 0 to 255. */
function byte(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 255) return value
  throw new AppError('invalid_request', `A pixel’s value is a whole number from 0 to 255, not ${value}.`)
}

function loadImaging(): Imaging {
  const path = fileURLToPath(new URL('../../native/build/anneal_imaging.node', import.meta.url))
  if (!existsSync(path))
    throw new AppError(
      'engine_unavailable',
      `The operations on pixels are not built: ${path} is missing. Run \`npm run build:native\`.`,
    )
  return createRequire(import.meta.url)(path) as Imaging
}
