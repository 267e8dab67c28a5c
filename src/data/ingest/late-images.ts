import { withChannels } from '../channels.ts'
import type { DecodedImage, PixelRange } from '../decoded-image.ts'
import { flatten } from '../flatten.ts'
import { createGroundMeter } from '../ground.ts'
import { BYTES_PER_VALUE, valuesOf } from '../pixel-depth.ts'
import { createRangeMeter, scaleToUint8 } from '../pixel-range.ts'
import type { ImageStore } from './image-store.ts'
import type { ImageTable } from './image-table.ts'
import { momentsOf, type Moments } from './moments.ts'
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

/** Stores the images that waited for what is found in all of them: the range of deep ones, and the ground of transparent ones. */
export class LateImages {
  readonly findings: PixelFindings
  private readonly table: ImageTable
  private readonly spool: Spool
  private readonly images: Int32Array

  /** @param images places in the table of those that are in the data set */
  constructor(table: ImageTable, spool: Spool, images: Int32Array) {
    this.table = table
    this.spool = spool
    this.images = images
    const meter = createRangeMeter()
    const deep = images.filter((i) => table.depth(i) !== 'uint8')
    for (const i of deep) meter.add(this.decoded(i))
    const range = meter.range()
    const ground = createGroundMeter()
    const transparent = images.filter((i) => table.hasAlpha(i))
    for (const i of transparent) ground.add(scaleToUint8(this.decoded(i), range))
    this.findings = { transparent: transparent.length, deep: deep.length }
    if (transparent.length > 0) this.findings.background = ground.ground()
    if (range !== undefined) this.findings.range = range
  }

  /** @param onStored receives the moments of each image on its ground */
  store(store: ImageStore, onStored: (i: number, moments: Moments) => void): void {
    const { table } = this
    const { background = 'black', range } = this.findings
    for (const i of this.images) {
      const image = scaleToUint8(this.decoded(i), range)
      const flat = withChannels(flatten(image, background), store.channels)
      onStored(i, momentsOf(flat))
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

function alphaOf({ data, channels }: { data: Uint8Array; channels: number }): Uint8Array {
  const alpha = new Uint8Array(data.length / channels)
  for (let i = 0; i < alpha.length; i++) alpha[i] = data[i * channels + channels - 1]!
  return alpha
}
