import type { PackedDataset } from '../packed.ts'
import type { Split } from '../../job-spec/splits.ts'
import { readManifest, splitStarts } from './folder.ts'
import { imageFiles, imageReader } from './image-source.ts'
import { itemReader } from './items.ts'
import { momentsReader } from './moments-file.ts'

/** What images of a split are like, one entry an image in its order. */
export interface ImageFacts {
  /** Paths in the upload. */
  files: string[]
  /** As stored: larger ones were shrunk to the working size. */
  widths: Int32Array
  heights: Int32Array
  /** Mean luminance (ITU-R BT.601) on the data set's ground, from 0 to 1. */
  brightness: Float64Array
}

const ITEMS_PER_READ = 4096
const LUMINANCE = [0.299, 0.587, 0.114]

/** @throws AppError `dataset_corrupt` */
export function imageFacts(dataset: PackedDataset, split: Split): ImageFacts {
  const { directory } = dataset
  const { counts } = readManifest(directory)
  const start = splitStarts(counts)[split]
  const count = dataset.labels(split).length
  const items = itemReader(directory)
  const facts: ImageFacts = {
    files: [],
    widths: new Int32Array(count),
    heights: new Int32Array(count),
    brightness: new Float64Array(count),
  }
  const means = meansOf(dataset, split)
  let [block, first]: [ReturnType<typeof items.read>, number] = [[], 0]
  try {
    for (let i = 0; i < count; i++) {
      const place = dataset.place(split, i)
      if (place >= first + block.length) {
        first = place
        block = items.read(start + place, Math.min(ITEMS_PER_READ, counts[split] - place))
      }
      const { width, height } = dataset.location(split, i)
      facts.files.push(block[place - first]?.file ?? '')
      facts.widths[i] = width
      facts.heights[i] = height
      facts.brightness[i] = means.read(i, start + place).reduce((sum, value, c) => sum + value * (LUMINANCE[c] ?? 0), 0)
    }
  } finally {
    means.close()
  }
  return facts
}

interface Means {
  /** Of image `i`, at `place` of the index: red, green and blue, from 0 to 1. */
  read(i: number, place: number): number[]
  close(): void
}

/** From the sums that ingest has kept, or from the pixels where an older version kept none. */
function meansOf(dataset: PackedDataset, split: Split): Means {
  const moments = momentsReader(dataset.directory)
  if (moments !== undefined)
    return {
      read(i, place) {
        const { width, height } = dataset.location(split, i)
        const [sums] = moments.read(place, 1)
        return Array.from(sums?.subarray(0, 3) ?? [], (sum) => sum / (width * height * 255))
      },
      close: moments.close,
    }
  const images = imageReader(imageFiles(dataset), dataset.manifest.background ?? 'black')
  return {
    read(i) {
      const { data, width, height, channels } = images.read(dataset.location(split, i))
      const sums = [0, 0, 0]
      for (let at = 0; at < data.length; at++) sums[at % channels]! += data[at] ?? 0
      return (channels === 1 ? [sums[0]!, sums[0]!, sums[0]!] : sums).map((sum) => sum / (width * height * 255))
    },
    close: images.close,
  }
}
