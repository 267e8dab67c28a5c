import { openSetF } from '../zoo/open-set/f-measure.ts'
import type { OpenSetScores } from '../zoo/define.ts'
import { Ranking, type Ranked } from './ranking.ts'
import type { OpenSetReport } from './report.ts'

const BINS = 20
const KEPT = 0.95
const Z = 1.96

/** How well a threshold separates known images from unknown ones. */
export function openSetReport({ known, correct, unknown }: OpenSetScores, threshold: number): OpenSetReport {
  const accepted = (confidences: Float64Array): number =>
    confidences.reduce((count, value) => count + (value >= threshold ? 1 : 0), 0)
  const hits = known.reduce((count, value, i) => count + (value >= threshold && correct[i] === 1 ? 1 : 0), 0)
  const taken = accepted(unknown)
  const some = unknown.length > 0
  const ranking = new Ranking(known)
  for (const confidence of unknown) ranking.addNegative(confidence)
  const ranked = ranking.ranked()
  const rejectedKnown = 1 - accepted(known) / known.length
  const note = noteOf({ rejectedKnown, taken }, { known: known.length, unknown: unknown.length, auroc: ranked.rocAuc })
  return {
    threshold,
    known: known.length,
    unknown: unknown.length,
    accuracy: hits / known.length,
    rejectedKnown,
    rejectedUnknown: some ? 1 - taken / unknown.length : null,
    fMeasure: some ? openSetF(hits, known.length, taken) : null,
    auroc: some ? ranked.rocAuc : null,
    ...(some ? separation(known, unknown, ranked) : {}),
    ...(note === undefined ? {} : { note }),
  }
}

function separation(
  known: Float64Array,
  unknown: Float64Array,
  { roc }: Ranked,
): Pick<OpenSetReport, 'histogram' | 'roc' | 'unknownAcceptedAt95'> {
  const kept = Float64Array.from(known).sort()[Math.floor((1 - KEPT) * known.length)] ?? 0
  return {
    histogram: { known: counted(known), unknown: counted(unknown) },
    roc,
    unknownAcceptedAt95: unknown.filter((confidence) => confidence >= kept).length / unknown.length,
  }
}

function counted(confidences: Float64Array): number[] {
  const counts = new Array<number>(BINS).fill(0)
  for (const value of confidences) counts[Math.min(BINS - 1, Math.floor(value * BINS))]!++
  return counts
}

/** What is wrong with a threshold, or with what it is a threshold of. */
function noteOf(
  { rejectedKnown, taken }: { rejectedKnown: number; taken: number },
  { known, unknown, auroc }: { known: number; unknown: number; auroc: number | null },
): string | undefined {
  const nothing =
    unknown > 0 && rejectedKnown === 0 && taken === unknown
      ? 'The threshold rejects no image: the model answers as if it had none.'
      : undefined
  // Standard error of the AUROC where there is no difference.
  const error = Math.sqrt((known + unknown + 1) / (12 * known * unknown))
  const chance =
    auroc !== null && Math.abs(auroc - 0.5) < Z * error
      ? 'The AUROC is that of chance: the confidence does not tell known from unknown images, and no threshold can.'
      : undefined
  const notes = [nothing, chance].filter((text) => text !== undefined)
  return notes.length === 0 ? undefined : notes.join(' ')
}
