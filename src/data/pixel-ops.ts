import { AppError } from '../errors.ts'
import type { Border, PixelOps, Region, Sampling } from '../zoo/augment/pixel-ops.ts'
import { effectOps } from './effect-ops.ts'
import { loadImaging, operationCaller } from './imaging.ts'
import { byte, channelFill, finite, integerIn, seed32, within } from './pixel-parameters.ts'
import { pixelPool } from './pixel-pool.ts'

/** The operations in C++, with memory that is used again from one image to the next. */
export interface NativePixelOps extends PixelOps {
  /** Takes back the memory of every image given so far. */
  reclaim(): void
}

const MAX_REGIONS = 12
const MAX_IMAGES = 13
/** Pixels. */
const FAR = 100_000
const BORDERS: readonly Border[] = ['edge', 'reflect', 'symmetric']

/**
 * One function: a table of operations, each a few lines.
 * @throws AppError `engine_unavailable` when the addon is not built.
 */
export function nativePixelOps(): NativePixelOps {
  const imaging = loadImaging()
  const pool = pixelPool()
  const { operations: code } = imaging
  const caller = operationCaller(imaging, pool)
  const { same, sized } = caller
  return {
    ...effectOps(code, caller),
    reclaim: pool.reclaim,
    flipHorizontal: (image) => same(code.flipHorizontal, image),
    flipVertical: (image) => same(code.flipVertical, image),
    quarterTurns: (image, turns) => {
      const size = turns === 2 ? image : { ...image, width: image.height, height: image.width }
      return sized(code.quarterTurns, image, size, [integerIn('turns', turns, 1, 3)])
    },
    crop: (image, { x, y, width, height }, fill = 0) =>
      sized(code.crop, image, { width, height, channels: image.channels }, [x, y, byte(fill)]),
    resize: (image, { region, width, height, window }) => {
      const { x, y } = region
      return sized(code.resize, image, { width: window.width, height: window.height, channels: image.channels }, [
        ...[x, y, region.width, region.height, width, height, window.x, window.y],
      ])
    },
    affine: (image, matrix, sampling) => same(code.affine, image, [...matrix.map(finite), ...sampled(sampling)]),
    pad: (image, { x, y, width, height }, border) =>
      sized(code.pad, image, { width, height, channels: image.channels }, [
        ...[integerIn('x', x, -FAR, FAR), integerIn('y', y, -FAR, FAR), BORDERS.indexOf(border)],
      ]),
    perspective: (image, matrix, sampling) =>
      same(code.perspective, image, [...matrix.map(finite), ...sampled(sampling)]),
    elastic: (image, { sigma, displacement, seed }, sampling) =>
      same(code.elastic, image, [
        ...[within('sigma', sigma, 0, FAR), within('displacement', displacement, 0, FAR), seed32(seed)],
        ...sampled(sampling),
      ]),
    invert: (image) => same(code.invert, image),
    posterize: (image, bits) => same(code.posterize, image, [integerIn('bits', bits, 0, 8)]),
    solarize: (image, threshold) => same(code.solarize, image, [finite(threshold)]),
    lookup: (image, table) => same(code.lookup, image, [], [table]),
    autocontrast: (image) => same(code.autocontrast, image),
    equalize: (image) => same(code.equalize, image),
    brightness: (image, factor) => same(code.brightness, image, [finite(factor)]),
    color: (image, factor) => same(code.color, image, [finite(factor)]),
    contrast: (image, factor) => same(code.contrast, image, [finite(factor)]),
    sharpness: (image, factor) => same(code.sharpness, image, [finite(factor)]),
    grayscale: (image) => same(code.grayscale, image),
    withChannels: (image, channels) =>
      channels === image.channels ? image : sized(code.withChannels, image, { ...image, channels }),
    mean: (image) => sized(code.mean, image, { width: 1, height: 1, channels: image.channels }),
    erase: (image, regions, fill) => same(code.erase, image, [...channelFill(fill), 0, 0, ...rectangles(regions)]),
    eraseWithNoise: (image, regions, seed) =>
      same(code.erase, image, [0, 0, 0, 1, seed32(seed), ...rectangles(regions)]),
    mix: ([first, ...others], weights) => {
      if (first === undefined || weights.length !== others.length + 1 || others.length >= MAX_IMAGES)
        throw new AppError(
          'invalid_request',
          `A mix takes 1 to ${MAX_IMAGES} images and as many weights, not ${others.length + 1} and ${weights.length}.`,
        )
      return same(
        code.mix,
        first,
        weights.map(finite),
        others.map(({ data }) => data),
      )
    },
  }
}

function sampled({ interpolation, fill }: Sampling): number[] {
  return [interpolation === 'bilinear' ? 1 : 0, ...channelFill(fill)]
}

function rectangles(regions: readonly Region[]): number[] {
  if (regions.length > MAX_REGIONS)
    throw new AppError(
      'invalid_request',
      `At most ${MAX_REGIONS} rectangles are erased at once, not ${regions.length}.`,
    )
  return [regions.length, ...regions.flatMap(({ x, y, width, height }) => [x, y, width, height])]
}
