import { confidentJoint, confidentThresholds, type HeldOutProbabilities, type Joint } from './confident-joint.ts'

/** An image whose given class is probably wrong. */
export interface LabelIssue {
  /** Place in `labels`. */
  image: number
  /** The most probable class. */
  suggested: number
  givenProbability: number
  suggestedProbability: number
}

/** Fraction of what a class usually has that the given class of an error has at most. */
const MAX_OF_USUAL = 0.5

/**
 * Images whose given class is probably wrong, those with the least probable given class first.
 * The confident joint estimates how many images of each class belong to each other class; that many with the largest margins between the
 * two are candidates (“prune by noise rate”). Of these remain the ones whose most probable class is another one, as in cleanlab, and whose
 * given class has less than half of the probability that it has on its images in the mean: a model that is often wrong would otherwise suggest
 * many of its own mistakes. A class of one image says nothing about its errors.
 * Source: Northcutt, Jiang and Chuang 2021, https://doi.org/10.1613/jair.1.12125.
 */
export function labelIssues(data: HeldOutProbabilities): LabelIssue[] {
  const thresholds = confidentThresholds(data)
  const joint = confidentJoint(data, thresholds)
  const images = Array.from({ length: data.classes }, (): number[] => [])
  data.labels.forEach((label, image) => images[label]?.push(image))
  const issues = images.flatMap((own, given) => (own.length < 2 ? [] : issuesOf(given, own, { data, joint })))
  return issues
    .filter(({ image, givenProbability }) => givenProbability < MAX_OF_USUAL * thresholds[data.labels[image]!]!)
    .sort((a, b) => a.givenProbability - b.givenProbability || a.image - b.image)
}

/** Errors among the images of one class. */
function issuesOf(
  given: number,
  images: readonly number[],
  { data, joint }: { data: HeldOutProbabilities; joint: Joint },
): LabelIssue[] {
  const others = [...(joint[given] ?? [])].flatMap((count, other) => (other === given || count === 0 ? [] : [other]))
  if (others.length === 0) return []
  const margins = others.map(() => new Float64Array(images.length))
  const found = images.map((image, row): LabelIssue => {
    const probabilities = data.probabilities(image)
    const own = probabilities[given] ?? 0
    others.forEach((other, column) => (margins[column]![row] = (probabilities[other] ?? 0) - own))
    const suggested = mostProbable(probabilities)
    return { image, suggested, givenProbability: own, suggestedProbability: probabilities[suggested] ?? 0 }
  })
  const smallest = others.map((other, column) => nthLargest(margins[column]!, joint[given]?.[other] ?? 0))
  return found.filter(
    ({ suggested }, row) =>
      suggested !== given && smallest.some((margin, column) => (margins[column]![row] ?? 0) >= margin),
  )
}

/** The n-th largest value, from 1. */
const nthLargest = (values: Float64Array, n: number): number => Float64Array.from(values).sort().at(-n) ?? Infinity

export function mostProbable(probabilities: Float64Array): number {
  let best = 0
  for (let k = 1; k < probabilities.length; k++) if ((probabilities[k] ?? 0) > (probabilities[best] ?? 0)) best = k
  return best
}
