import { firstListed, type IngestReport } from '../../job-spec/ingest-report.ts'
import { classWarnings } from './class-warnings.ts'
import { comparisonReport } from './comparison-report.ts'
import type { PackedManifest } from '../packed.ts'
import { pixelReport } from './pixel-report.ts'
import type { ToPack } from './place.ts'

/** What an ingest tells of a data set. */
export function ingestReport(
  { images, classes, problems, drawn, channels, workingSize, files, log, findings, notes, ...compared }: ToPack,
  manifest: PackedManifest,
): IngestReport {
  const { counts, classCounts, medianSide } = manifest
  const training = classCounts.train.filter((n) => n > 0)
  const smallest = images.reduce((least, { width, height }) => Math.min(least, width, height), Infinity)
  const largest = images.reduce((most, { width, height }) => Math.max(most, width, height), 0)
  const { warnings: comparisonWarnings, ...comparison } = comparisonReport(compared, classes)
  const { warnings, ...pixels } = pixelReport(findings, countedClasses(classes, images))
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
    ...comparison,
    ignored: { count: log.ignored.count, kinds: firstListed(log.ignored.byKind()) },
    ...pixels,
    warnings: [...classWarnings(manifest), ...notes, ...comparisonWarnings, ...warnings, ...log.warnings()],
  }
}

function countedClasses(
  classes: readonly string[],
  images: ToPack['images'],
): { name: string; images: number; constant: number }[] {
  const counted = classes.map((name) => ({ name, images: 0, constant: 0 }))
  for (const { label, constant } of images) {
    const of = counted[label]!
    of.images++
    if (constant) of.constant++
  }
  return counted
}
