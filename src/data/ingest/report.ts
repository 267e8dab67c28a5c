import { firstListed, type IngestReport } from '../../job-spec/ingest-report.ts'
import type { PackedManifest } from '../packed.ts'
import { splitWarnings } from './split-warnings.ts'
import type { ToPack } from './place.ts'

const MAX_WARNINGS = 100
const MAX_LISTED_PER_GROUP = 20

/** What an ingest tells of a data set. */
export function ingestReport(
  { images, classes, problems, drawn, found, warnings, channels, workingSize, files, log }: ToPack,
  { counts, classCounts, medianSide }: PackedManifest,
): IngestReport {
  const training = classCounts.train.filter((n) => n > 0)
  const smallest = images.reduce((least, { width, height }) => Math.min(least, width, height), Infinity)
  const largest = images.reduce((most, { width, height }) => Math.max(most, width, height), 0)
  return {
    files,
    images: counts,
    classes: classes.map((name, label) => ({
      name,
      train: classCounts.train[label] ?? 0,
      val: classCounts.val[label] ?? 0,
      test: classCounts.test[label] ?? 0,
    })),
    imbalance: Math.max(...training) / Math.min(...training),
    channels,
    sizes: {
      smallest,
      median: medianSide,
      largest,
      packed: workingSize,
    },
    splits: { val: drawn.val ? 'drawn' : 'given', test: drawn.test ? 'drawn' : 'given' },
    quarantined: { count: problems.length, files: firstListed(problems) },
    duplicates: {
      count: found.duplicates.count,
      groups: found.duplicates.groups.map((group) => group.slice(0, MAX_LISTED_PER_GROUP)),
    },
    conflicts: found.conflicts,
    leaks: found.leaks,
    nearDuplicates: found.nearDuplicates,
    ignored: { count: log.ignored.count, kinds: firstListed(log.ignored.byKind()) },
    warnings: [...classesWithout(classes, classCounts), ...warnings, ...splitWarnings(found), ...log.warnings()],
  }
}

/** Warnings of classes that a split has no images of. */
function classesWithout(classes: readonly string[], counts: PackedManifest['classCounts']): string[] {
  return (['train', 'val', 'test'] as const).flatMap((split) => {
    const missing = classes.filter((_, label) => counts[split][label] === 0)
    const name = { train: 'training', val: 'validation (val)', test: 'test' }[split]
    const warnings = missing.slice(0, MAX_WARNINGS).map((one) => `Class ${one} has no ${name} images.`)
    if (missing.length > MAX_WARNINGS)
      warnings.push(`${missing.length - MAX_WARNINGS} more classes have no ${name} images.`)
    return warnings
  })
}
