import type { Batch } from '../../data/loader.ts'

/**
 * One of the micro-batches of equal size of a batch. Where each image has several copies, a batch holds all images' first copies, then all
 * second ones, and so does a micro-batch.
 */
export function microBatch(
  { pixels, views, features, labels }: Batch,
  { part, microBatches }: { part: number; microBatches: number },
): Pick<Batch, 'pixels' | 'features' | 'labels'> {
  return {
    pixels:
      views === 1 || microBatches === 1
        ? slicePart(pixels, part, microBatches)
        : ofEveryView(pixels, { part, parts: microBatches, views }),
    ...(features === undefined ? {} : { features: slicePart(features, part, microBatches) }),
    labels: slicePart(labels, part, microBatches),
  }
}

function ofEveryView(
  pixels: Uint8Array,
  { part, parts, views }: { part: number; parts: number; views: number },
): Uint8Array {
  const size = pixels.length / views / parts
  const all = new Uint8Array(views * size)
  for (let view = 0; view < views; view++) all.set(slicePart(slicePart(pixels, view, views), part, parts), view * size)
  return all
}

/** The `part`-th of `parts` slices of equal length. */
function slicePart<T extends Uint8Array | Float32Array | Int32Array>(values: T, part: number, parts: number): T {
  const size = values.length / parts
  return values.subarray(part * size, (part + 1) * size) as T
}
