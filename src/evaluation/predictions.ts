import { gunzipSync, gzipSync } from 'node:zlib'
import { AppError } from '../errors.ts'

/** Which images were evaluated, and by what. */
export interface PredictionsHeader {
  /** Hash of the packed data set. */
  dataset: string
  split: string
  /** SHA-256 of the split's labels and pixels: equal for the same images in the same order, whatever else the data set holds. */
  images: string
  classes: string[]
  /** Divided the logits. */
  temperature: number
}

/** What a model said of every image of a split, in the split's order; one number an image in each column. */
export interface Predictions extends PredictionsHeader {
  labels: Int32Array
  predicted: Int32Array
  /** Calibrated probability of the predicted class. */
  confidence: Float64Array
  /** −log of the calibrated probability of the true class. */
  nll: Float64Array
  /** The images in their data set: name in the upload, and place among all images of the split. Older files have none. */
  items?: { file: string; place: number }[]
}

export const PREDICTIONS_KIND = 'predictions'
export const PREDICTIONS_FILE = 'predictions.jsonl.gz'
export const PREDICTIONS_TYPE = 'application/gzip'
const FORMAT = 'anneal-predictions'
const DIGITS = 7

interface Row {
  index: number
  label: number
  predicted: number
  confidence: number
  nll: number
  correct: boolean
  file?: string
  place?: number
}

/**
 * Gzipped JSON lines: first an object with `format`, `formatVersion` and the header's fields, then one object an image, in the order of the
 * split: `{"index":0,"label":3,"predicted":3,"confidence":0.98,"nll":0.02,"correct":true,"file":"cat/1.png","place":0}`, classes as places in `classes`.
 */
export function encodePredictions({ labels, predicted, confidence, nll, items, ...header }: Predictions): Buffer {
  const rows = Array.from(labels, (label, index): Row => {
    const answer = predicted[index] ?? 0
    return {
      ...{ index, label, predicted: answer, correct: answer === label },
      confidence: Number((confidence[index] ?? 0).toPrecision(DIGITS)),
      nll: Number((nll[index] ?? 0).toPrecision(DIGITS)),
      ...items?.[index],
    }
  })
  const lines = [{ format: FORMAT, formatVersion: 1, ...header }, ...rows].map((line) => `${JSON.stringify(line)}\n`)
  return gzipSync(lines.join(''))
}

/** @throws AppError `invalid_request` for a file that is not one of these; `source` names it. */
export function decodePredictions(file: Uint8Array, source: string): Predictions {
  try {
    const [first = '', ...lines] = gunzipSync(file).toString('utf8').trimEnd().split('\n')
    const { format, formatVersion, ...header } = JSON.parse(first) as PredictionsHeader & {
      format: unknown
      formatVersion: unknown
    }
    if (format !== FORMAT || formatVersion !== 1)
      throw new Error(`its format is ${String(format)} ${String(formatVersion)}`)
    const rows = lines.map((line) => JSON.parse(line) as Row)
    return {
      ...header,
      labels: Int32Array.from(rows, ({ label }) => label),
      predicted: Int32Array.from(rows, ({ predicted }) => predicted),
      confidence: Float64Array.from(rows, ({ confidence }) => confidence),
      nll: Float64Array.from(rows, ({ nll }) => nll),
      ...(rows.some(({ file, place }) => file === undefined || place === undefined)
        ? {}
        : { items: rows.map(({ file = '', place = 0 }) => ({ file, place })) }),
    }
  } catch (cause) {
    throw new AppError(
      'invalid_request',
      `${source} is not a file of predictions (${PREDICTIONS_FILE}): ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    )
  }
}
