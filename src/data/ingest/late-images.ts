import { AppError } from '../../errors.ts'
import { withChannels } from '../channels.ts'
import type { DecodedImage, PixelRange } from '../decoded-image.ts'
import { flatten } from '../flatten.ts'
import { createGroundMeter } from '../ground.ts'
import { BYTES_PER_VALUE, valuesOf } from '../pixel-depth.ts'
import { createRangeMeter, scaleToUint8 } from '../pixel-range.ts'
import type { ImageStore } from './image-store.ts'
import type { ImageTable } from './image-table.ts'
import type { PackedManifest } from '../packed.ts'
import { momentsOf } from './moments.ts'
import type { Spool } from './spool.ts'

/** What was found in the pixels of all images together. */
export interface PixelFindings {
  /** The ground of transparent images; absent: no image is transparent. */
  background?: 'black' | 'white'
  /** Transparent images. */
  transparent: number
  /** What deep images were scaled by; absent: no image is deep. */
  range?: PixelRange
  deep: number
}

export interface LateOptions {
  /** Ground and range of the version that the images are appended to. */
  base?: Pick<PackedManifest, 'background' | 'range'> | undefined
  /** The range, where it is not to be found in the images. */
  range?: PixelRange | undefined
}

/** Stores the images that waited for what is found in all of them: the range of deep ones, and the ground of transparent ones. */
export class LateImages {
  readonly findings: PixelFindings
  private readonly table: ImageTable
  private readonly spool: Spool
  private readonly images: Int32Array

  /**
   * @param images places in the table of those that are in the data set
   * @throws AppError `dataset_incompatible` where deep images have a larger range than those of the base
   */
  constructor(table: ImageTable, spool: Spool, images: Int32Array, { base, range: given }: LateOptions = {}) {
    this.table = table
    this.spool = spool
    this.images = images
    const meter = createRangeMeter()
    const deep = images.filter((i) => table.depth(i) !== 'uint8')
    for (const i of deep) meter.add(this.decoded(i))
    const range = given ?? commonRange(base?.range, meter.range())
    const ground = createGroundMeter()
    const transparent = images.filter((i) => table.hasAlpha(i))
    for (const i of transparent) ground.add(scaleToUint8(this.decoded(i), range))
    this.findings = { transparent: transparent.length, deep: deep.length }
    const background = base?.background ?? (transparent.length > 0 ? ground.ground() : undefined)
    if (background !== undefined) this.findings.background = background
    if (range !== undefined && (given === undefined || deep.length > 0)) this.findings.range = range
  }

  /** Stores all, with their moments on the ground. */
  store(store: ImageStore): void {
    const { table } = this
    const { background = 'black', range } = this.findings
    for (const i of this.images) {
      const image = scaleToUint8(this.decoded(i), range)
      const flat = withChannels(flatten(image, background), store.channels)
      table.setMoments(i, momentsOf(flat))
      store.add(i, table.hasAlpha(i) ? { ...flat, alpha: alphaOf(image) } : flat)
    }
  }

  private decoded(i: number): DecodedImage {
    const { table } = this
    const [width, height, channels, depth] = [table.width(i), table.height(i), table.channels(i), table.depth(i)]
    const bytes = this.spool.read(table.offset(i), width * height * channels * BYTES_PER_VALUE[depth])
    return { data: valuesOf(bytes, depth), width, height, channels }
  }
}

/** The range of a base, with what it does not say from the images that are appended. */
function commonRange(base: PixelRange | undefined, found: PixelRange | undefined): PixelRange | undefined {
  if (base === undefined || found === undefined) return base ?? found
  if (base.bits !== undefined && found.bits !== undefined && found.bits > base.bits)
    throw incompatible(`${found.bits} bits`, `those of the data set use ${base.bits}`)
  const [own, other] = [base.float, found.float]
  if (own !== undefined && other !== undefined && (other.min < own.min || other.max > own.max))
    throw incompatible(
      `values from ${other.min} to ${other.max}`,
      `those of the data set go from ${own.min} to ${own.max}`,
    )
  return { ...found, ...base }
}

const incompatible = (found: string, known: string): AppError =>
  new AppError(
    'dataset_incompatible',
    `The images to append use ${found}; ${known}, by which all were scaled. Ingest all of them as a new data set.`,
  )

function alphaOf({ data, channels }: { data: Uint8Array; channels: number }): Uint8Array {
  const alpha = new Uint8Array(data.length / channels)
  for (let i = 0; i < alpha.length; i++) alpha[i] = data[i * channels + channels - 1]!
  return alpha
}
