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
  /** Was added to the logits over the temperature, one value per class; absent: nothing was. */
  classBias?: readonly number[]
}

/** What a model said of every image of a split, in the split's order; one number an image in each column. */
export interface Predictions extends PredictionsHeader {
  labels: Int32Array
  predicted: Int32Array
  /** Calibrated probability of the predicted class. */
  confidence: Float64Array
  /** −log of the calibrated probability of the true class. */
  nll: Float64Array
  /**
   * Calibrated probability of every class, a row per image in the order of `classes`. Older files, and those of more than MAX_PROBABILITIES, have none;
   * reading leaves them out unless they are asked for.
   */
  probabilities?: Float32Array
  /** The images in their data set: name in the upload, and place among all images of the split. Older files have none. */
  items?: { file: string; place: number }[]
}

export const PREDICTIONS_KIND = 'predictions'
export const PREDICTIONS_FILE = 'predictions.jsonl.gz'
export const PREDICTIONS_TYPE = 'application/gzip'
const FORMAT = 'anneal-predictions'
const DIGITS = 7
const PROBABILITY_DIGITS = 6
/** In a file: of 10,000 images, every class of 800. A file's text stays under 100 MB. */
export const MAX_PROBABILITIES = 8_000_000
/** Rows end with them, so that a reader of the rest need not parse them. */
const PROBABILITIES_KEY = ',"probabilities":['

interface Row {
  index: number
  label: number
  predicted: number
  confidence: number
  nll: number
  correct: boolean
  file?: string
  place?: number
  probabilities?: number[]
}

/**
 * Gzipped JSON lines: first an object with `format`, `formatVersion` and the header's fields, then one object an image, in the order of the
 * split: `{"index":0,"label":3,"predicted":3,"confidence":0.98,"nll":0.02,"correct":true,"file":"cat/1.png","place":0,"probabilities":[…]}`, classes as
 * places in `classes`; `probabilities` has every class in their order, up to MAX_PROBABILITIES in a file.
 */
export function encodePredictions(predictions: Predictions): Buffer {
  const { labels, predicted, confidence, nll, items, probabilities, ...header } = predictions
  const classes = header.classes.length
  const probabilitiesOf = (index: number): Pick<Row, 'probabilities'> =>
    probabilities === undefined
      ? {}
      : {
          probabilities: Array.from(probabilities.subarray(index * classes, (index + 1) * classes), (value) =>
            Number(value.toPrecision(PROBABILITY_DIGITS)),
          ),
        }
  const rows = Array.from(labels, (label, index): Row => {
    const answer = predicted[index] ?? 0
    return {
      index,
      label,
      predicted: answer,
      correct: answer === label,
      confidence: Number((confidence[index] ?? 0).toPrecision(DIGITS)),
      nll: Number((nll[index] ?? 0).toPrecision(DIGITS)),
      ...items?.[index],
      ...probabilitiesOf(index),
    }
  })
  const lines = [{ format: FORMAT, formatVersion: 1, ...header }, ...rows].map((line) => `${JSON.stringify(line)}\n`)
  return gzipSync(lines.join(''))
}

/**
 * @param withProbabilities reads those of every class too, which are most of a file
 * @throws AppError `invalid_request` for a file that is not one of these; `source` names it
 */
export function decodePredictions(
  file: Uint8Array,
  source: string,
  { withProbabilities = false }: { withProbabilities?: boolean } = {},
): Predictions {
  try {
    const [first = '', ...lines] = gunzipSync(file).toString('utf8').trimEnd().split('\n')
    const { format, formatVersion, ...header } = JSON.parse(first) as PredictionsHeader & {
      format: unknown
      formatVersion: unknown
    }
    if (format !== FORMAT || formatVersion !== 1)
      throw new Error(`its format is ${String(format)} ${String(formatVersion)}`)
    const rows = lines.map((line) => rowOf(line, withProbabilities))
    const probabilities = rows.flatMap((row) => row.probabilities ?? [])
    return {
      ...header,
      labels: Int32Array.from(rows, ({ label }) => label),
      predicted: Int32Array.from(rows, ({ predicted }) => predicted),
      confidence: Float64Array.from(rows, ({ confidence }) => confidence),
      nll: Float64Array.from(rows, ({ nll }) => nll),
      ...(rows.some(({ file, place }) => file === undefined || place === undefined)
        ? {}
        : { items: rows.map(({ file = '', place = 0 }) => ({ file, place })) }),
      ...(probabilities.length === 0 ? {} : { probabilities: Float32Array.from(probabilities) }),
    }
  } catch (cause) {
    throw new AppError(
      'invalid_request',
      `${source} is not a file of predictions (${PREDICTIONS_FILE}): ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    )
  }
}

function rowOf(line: string, withProbabilities: boolean): Row {
  const end = withProbabilities ? -1 : line.indexOf(PROBABILITIES_KEY)
  return JSON.parse(end < 0 ? line : `${line.slice(0, end)}}`) as Row
}
