import Type from 'typebox'
import type { OpenSetComponent, OpenSetScores } from '../define.ts'
import { openSetF } from './f-measure.ts'

const options = Type.Object({
  value: Type.Union([Type.Literal('auto'), Type.Number({ minimum: 0, maximum: 1 })], {
    default: 'auto',
    description:
      'Confidence threshold: below this calibrated probability of the predicted class the answer is “none of these”; above 1/classes (Liu et al. use 0.1 for 1,000 classes); auto: chosen on validation.',
  }),
  keep: Type.Number({
    default: 0.95,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'With auto and no unknown class: fraction of known validation images that are still answered.',
  }),
  unknownClass: Type.String({
    default: '',
    maxLength: 1000,
    description:
      'A class of the data set to hold out of training; its images represent unknown classes in validation and test.',
  }),
})

/**
 * Rejects an image whose most probable class is not probable enough. The threshold is given, or that with the best open-set F-measure on known and
 * unknown validation images, or that which keeps a fraction of the known ones.
 * Source: Hendrycks and Gimpel 2017, §2, https://arxiv.org/abs/1610.02136; Liu et al. 2019, §4.1, https://arxiv.org/abs/1904.05160.
 */
export const threshold: OpenSetComponent<typeof options.properties> = {
  name: 'threshold',
  summary: 'Rejects images whose confidence is below a threshold.',
  options,
  create:
    ({ value, keep }) =>
    (scores) => {
      if (value !== 'auto') return value
      return scores.unknown.length > 0 ? bestByF(scores) : keeping(scores.known, keep)
    },
}

/** Half way between the two neighbouring confidences between which the F-measure is best. */
function bestByF({ known, correct, unknown }: OpenSetScores): number {
  const images = [
    ...Array.from(known, (confidence, i) => ({ confidence, hit: correct[i] === 1 ? 1 : 0, unknown: 0 })),
    ...Array.from(unknown, (confidence) => ({ confidence, hit: 0, unknown: 1 })),
  ].sort((a, b) => b.confidence - a.confidence)
  let [hits, accepted] = [0, 0]
  let best = { f: -1, threshold: 0 }
  for (const [i, image] of images.entries()) {
    hits += image.hit
    accepted += image.unknown
    const next = images[i + 1]?.confidence ?? 0
    if (next === image.confidence) continue
    const f = openSetF(hits, known.length, accepted)
    if (f > best.f) best = { f, threshold: (image.confidence + next) / 2 }
  }
  return best.threshold
}

/** The largest threshold that leaves at least a fraction of the confidences. */
function keeping(confidences: Float64Array, share: number): number {
  const sorted = Float64Array.from(confidences).sort()
  return sorted[Math.floor((1 - share) * sorted.length + 1e-9)] ?? 0
}
