import { stringify } from 'csv-stringify/sync'
import type { Prediction } from '../../service/ports/predictions.ts'
import type { BatchSettings } from '../../service/prediction-resources.ts'
import type { BatchImage } from './images.ts'

/** What became of an image. */
export type Outcome = Prediction | { problem: { code: string; detail: string } }

/** The lines of a result: JSON documents, or a table with a column for each of the most probable classes. */
export function resultLines({ format, top }: BatchSettings): {
  head: string
  line(image: BatchImage, outcome: Outcome): string
} {
  if (format === 'jsonl')
    return { head: '', line: (image, outcome) => `${JSON.stringify(documentOf(image, outcome))}\n` }
  const ranks = Array.from({ length: top }, (_, i) => i + 1)
  const columns = ['file', 'split', 'label', 'answer', 'rejected', 'error']
  return {
    head: stringify([[...columns, ...ranks.flatMap((rank) => [`label_${rank}`, `probability_${rank}`])]]),
    line: (image, outcome) => stringify([rowOf(image, outcome, ranks)], { escape_formulas: true }),
  }
}

function documentOf({ file, split, label }: BatchImage, outcome: Outcome): object {
  const image = { file, split: split ?? null, label: label ?? null }
  if ('problem' in outcome) return { ...image, error: outcome.problem }
  const { answer = outcome.top[0]?.label ?? null, rejected, top } = outcome
  return { ...image, answer, ...(rejected === undefined ? {} : { rejected }), top }
}

function rowOf(
  { file, split = '', label = '' }: BatchImage,
  outcome: Outcome,
  ranks: readonly number[],
): (string | number)[] {
  if ('problem' in outcome)
    return [file, split, label, '', '', outcome.problem.detail, ...ranks.flatMap(() => ['', ''])]
  const { answer = outcome.top[0]?.label ?? '', rejected, top } = outcome
  const classes = ranks.flatMap((rank) => [top[rank - 1]?.label ?? '', top[rank - 1]?.probability ?? ''])
  return [file, split, label, answer, rejected === undefined ? '' : String(rejected), '', ...classes]
}
