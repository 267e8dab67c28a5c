/** What a model says of images that it was not trained on. */
export interface HeldOutProbabilities {
  classes: number
  /** Given classes, as numbers. */
  labels: Int32Array
  /** Probabilities of image `i`, [classes]; valid until the next call. */
  probabilities: (i: number) => Float64Array
}

/** [given class][class that is probably right] → images. */
export type Joint = Float64Array[]

/** So much below a threshold a probability still reaches it: rounding. */
const TOLERANCE = 1e-6

/**
 * The mean probability that a model gives to a class on the images of that class; Infinity for a class without images. A class that the model
 * is unsure of, such as a rare one, has a low threshold.
 */
export function confidentThresholds({ classes, labels, probabilities }: HeldOutProbabilities): Float64Array {
  const sums = new Float64Array(classes)
  const images = new Float64Array(classes)
  labels.forEach((label, i) => {
    sums[label]! += probabilities(i)[label] ?? 0
    images[label]!++
  })
  return sums.map((sum, label) => (images[label] === 0 ? Infinity : sum / images[label]!))
}

/**
 * How many images of each given class belong to each class, whole numbers. An image counts for the most probable of the classes whose
 * probabilities reach their thresholds, and for none where no class does; then each given class' counts are scaled to its images.
 * Source: Northcutt, Jiang and Chuang 2021, §3.1, https://doi.org/10.1613/jair.1.12125.
 */
export function confidentJoint(
  { classes, labels, probabilities }: HeldOutProbabilities,
  thresholds: Float64Array,
): Joint {
  const joint = Array.from({ length: classes }, () => new Float64Array(classes))
  const images = new Float64Array(classes)
  labels.forEach((label, i) => {
    images[label]!++
    const right = confidentClass(probabilities(i), thresholds)
    if (right !== undefined) joint[label]![right]!++
  })
  return joint.map((row, given) => {
    // A class of which no image is confident would else seem all wrong.
    row[given] = Math.max(1, row[given] ?? 0)
    return roundedTo(images[given] ?? 0, row)
  })
}

function confidentClass(probabilities: Float64Array, thresholds: Float64Array): number | undefined {
  let best: number | undefined
  for (let k = 0; k < probabilities.length; k++) {
    const value = probabilities[k] ?? 0
    if (value >= (thresholds[k] ?? Infinity) - TOLERANCE && (best === undefined || value > (probabilities[best] ?? 0)))
      best = k
  }
  return best
}

/** Counts scaled to a total, and rounded such that they still sum to it: those with the largest fractions up, earlier ones first. */
function roundedTo(total: number, counts: Float64Array): Float64Array {
  const sum = counts.reduce((all, count) => all + count, 0)
  const scaled = counts.map((count) => (count * total) / sum)
  const rounded = scaled.map(Math.floor)
  const missing = total - rounded.reduce((all, count) => all + count, 0)
  const fraction = (k: number): number => scaled[k]! - rounded[k]!
  const order = [...rounded.keys()].sort((a, b) => fraction(b) - fraction(a) || a - b)
  for (const k of order.slice(0, missing)) rounded[k]!++
  return rounded
}
