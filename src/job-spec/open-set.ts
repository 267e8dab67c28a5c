import type { ComponentSpec } from './components.ts'
import type { DatasetStatistics } from './defaults.ts'
import { invalidSpec } from './parse.ts'
import type { ResolvedSpec } from './schema.ts'

/** The class of the data set that a spec holds out of training, if it names one. */
export function unknownClassOf({ openSet }: { openSet?: ComponentSpec }): string | undefined {
  const name = openSet?.['unknownClass']
  return typeof name === 'string' && name !== '' ? name : undefined
}

/**
 * The facts of a data set without the class that a spec holds out.
 * @throws AppError `invalid_spec` for a class that is not there, or one without which there are no classes to know
 */
export function withoutUnknownClass(spec: { openSet?: ComponentSpec }, facts: DatasetStatistics): DatasetStatistics {
  const name = unknownClassOf(spec)
  if (name === undefined) return facts
  const pointer = '/openSet/unknownClass'
  const held = facts.classes.indexOf(name)
  if (held < 0) throw invalidSpec([{ pointer, detail: `must be a class of the data set: ${facts.classes.join(', ')}` }])
  if (facts.classes.length < 3)
    throw invalidSpec([{ pointer, detail: `leaves ${facts.classes.length - 1} known class; at least 2 are needed` }])
  const without = <T>(values: readonly T[]): T[] => values.filter((_, label) => label !== held)
  const { counts, classCounts } = facts
  const left = (split: keyof typeof counts): number => counts[split] - (classCounts[split]?.[held] ?? 0)
  return {
    ...facts,
    classes: without(facts.classes),
    counts: { train: left('train'), val: left('val'), test: left('test') },
    classCounts: {
      train: without(classCounts.train),
      ...(classCounts.val === undefined ? {} : { val: without(classCounts.val) }),
      ...(classCounts.test === undefined ? {} : { test: without(classCounts.test) }),
    },
  }
}

/**
 * A threshold must be able to reject, and what is chosen on validation images needs some.
 * @param facts of the known classes.
 * @throws AppError `invalid_spec`
 */
export function checkOpenSet(
  { openSet, evaluation }: Pick<ResolvedSpec, 'openSet' | 'evaluation'>,
  { classes, counts }: DatasetStatistics,
): void {
  if (openSet.name !== 'none' && (evaluation?.testTimeAugmentation.name ?? 'none') !== 'none')
    throw invalidSpec([
      {
        pointer: '/evaluation/testTimeAugmentation',
        detail: `must be none with openSet ${openSet.name}, whose threshold holds for single views`,
      },
    ])
  const { value } = openSet
  const pointer = '/openSet/value'
  if (value === 'auto' && counts.val === 0)
    throw invalidSpec([{ pointer, detail: 'must be a number: there are no validation images to choose it on' }])
  if (typeof value === 'number' && value <= 1 / classes.length)
    throw invalidSpec([
      {
        pointer,
        detail: `must be over ${Number((1 / classes.length).toPrecision(3))}, or it rejects nothing: the most probable of ${classes.length} classes has at least that probability`,
      },
    ])
}
