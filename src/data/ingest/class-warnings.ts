import { SPLITS, type Split } from '../../job-spec/splits.ts'
import type { PackedManifest } from '../packed.ts'
import { printable } from '../text.ts'

const MAX_WARNINGS = 20

/** Warnings of splits with no images, and of classes that a split lacks. */
export function classWarnings({ classes, counts, classCounts }: PackedManifest): string[] {
  const empty = (['val', 'test'] as const).filter((split) => counts[split] === 0)
  const lackingSplits = empty.map(
    (split) => `The data set has no ${split} images, or too few to draw some: ${NEEDED[split]}.`,
  )
  const lackingImages = SPLITS.filter((split) => counts[split] > 0).flatMap((split) => {
    const lacking = classes.filter((_, label) => classCounts[split][label] === 0)
    const warnings = lacking.slice(0, MAX_WARNINGS).map((name) => warning(printable(name, 80), split))
    const left = lacking.length - MAX_WARNINGS
    return left > 0 ? [...warnings, `${left} more classes have no ${WORD[split]} images.`] : warnings
  })
  return [...lackingSplits, ...lackingImages]
}

const NEEDED = {
  val: 'checkpoints are chosen and calibrated on them',
  test: 'the accuracy on new images is measured on them',
} as const

const WORD: Readonly<Record<Split, string>> = { train: 'training', val: 'val', test: 'test' }

function warning(name: string, split: Split): string {
  if (split === 'train') return `Class ${name} has no training images.`
  return `Class ${name} has no ${split} images, so that it is not measured there.`
}
