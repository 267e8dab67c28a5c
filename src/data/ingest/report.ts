import { firstListed, type IngestReport } from '../../job-spec/ingest-report.ts'
import type { PackedManifest } from '../packed.ts'
import { pixelReport } from './pixel-report.ts'
import type { ToPack } from './place.ts'

const MAX_WARNINGS = 100
const MAX_LISTED_PER_GROUP = 20

/** What an ingest tells of a data set. */
export function ingestReport(
  { images, classes, problems, drawn, duplicates, channels, workingSize, files, log, findings }: ToPack,
  { counts, classCounts, medianSide }: PackedManifest,
): IngestReport {
  const training = classCounts.train.filter((n) => n > 0)
  const smallest = images.reduce((least, { width, height }) => Math.min(least, width, height), Infinity)
  const largest = images.reduce((most, { width, height }) => Math.max(most, width, height), 0)
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
    duplicates: {
      count: duplicates.reduce((sum, group) => sum + group.length - 1, 0),
      groups: firstListed(duplicates).map((group) => group.slice(0, MAX_LISTED_PER_GROUP)),
    },
    ignored: { count: log.ignored.count, kinds: firstListed(log.ignored.byKind()) },
    ...pixels,
    warnings: [...untrainedClasses(classes, classCounts.train), ...warnings, ...log.warnings()],
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

function untrainedClasses(classes: readonly string[], trainingCounts: readonly number[]): string[] {
  const untrained = classes.filter((_, label) => trainingCounts[label] === 0)
  const warnings = untrained.slice(0, MAX_WARNINGS).map((name) => `Class ${name} has no training images.`)
  if (untrained.length > MAX_WARNINGS)
    warnings.push(`${untrained.length - MAX_WARNINGS} more classes have no training images.`)
  return warnings
}
