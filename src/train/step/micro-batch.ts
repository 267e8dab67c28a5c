import type { Batch } from '../../data/loader.ts'

/**
 * One of the `parts` of equal size of a batch. Where each image has several views, a batch holds all images' first views, then all second
 * ones, and so does a part.
 */
export function microBatch(
  { pixels, views, features, labels }: Batch,
  { part, parts }: { part: number; parts: number },
): Pick<Batch, 'pixels' | 'features' | 'labels'> {
  return {
    pixels: views === 1 || parts === 1 ? stretch(pixels, part, parts) : ofEveryView(pixels, { part, parts, views }),
    ...(features === undefined ? {} : { features: stretch(features, part, parts) }),
    labels: stretch(labels, part, parts),
  }
}

function ofEveryView(
  pixels: Uint8Array,
  { part, parts, views }: { part: number; parts: number; views: number },
): Uint8Array {
  const size = pixels.length / views / parts
  const all = new Uint8Array(views * size)
  for (let view = 0; view < views; view++) all.set(stretch(stretch(pixels, view, views), part, parts), view * size)
  return all
}

/** The `part`-th of `parts` stretches of equal length. */
function stretch<T extends Uint8Array | Float32Array | Int32Array>(values: T, part: number, parts: number): T {
  const size = values.length / parts
  return values.subarray(part * size, (part + 1) * size) as T
}
