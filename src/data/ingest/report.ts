import { firstListed, type IngestReport } from '../../job-spec/ingest-report.ts'
import type { PackedManifest } from '../packed.ts'
import type { BaseVersion } from '../versions/load-base.ts'
import type { SourceLog } from '../source/source-log.ts'
import { classWarnings } from './class-warnings.ts'
import type { Packed } from './pack-images.ts'
import { pixelReport } from './pixel-report.ts'
import type { Placed } from './place.ts'
import type { Listed, Problem } from './problems.ts'

export interface ToReport extends Packed {
  files: number
  problems: Listed<Problem>
  placed: Placed
  log: SourceLog
  base?: BaseVersion | undefined
}

/** What an ingest reports of a data set. */
export function ingestReport({
  files,
  problems,
  placed,
  log,
  manifest,
  findings,
  constant,
  sizes,
  base,
}: ToReport): IngestReport {
  const { classes, counts, classCounts, medianSide, channels, workingSize } = manifest
  const { drawn } = placed
  const { warnings: comparisonWarnings, ...comparison } = placed.compared
  const training = classCounts.train.filter((n) => n > 0)
  const classReports = classes.map((name, label) => ({
    name,
    train: classCounts.train[label] ?? 0,
    val: classCounts.val[label] ?? 0,
    test: classCounts.test[label] ?? 0,
  }))
  const { warnings, ...pixels } = pixelReport(
    findings,
    classReports.map(({ name, train, val, test }, label) => ({
      name,
      images: train + val + test,
      constant: constant[label] ?? 0,
    })),
  )
  return {
    files,
    images: counts,
    classes: classReports,
    imbalance: Math.max(...training) / Math.min(...training),
    channels,
    sizes: { ...sizes, median: medianSide, packed: workingSize },
    splits: {
      val: drawn.val ? 'drawn' : (base?.report.splits.val ?? 'given'),
      test: drawn.test ? 'drawn' : (base?.report.splits.test ?? 'given'),
    },
    quarantined: { count: problems.count, files: [...problems.first] },
    ...comparison,
    ignored: { count: log.ignored.count, kinds: firstListed(log.ignored.byKind()) },
    ...pixels,
    storage: storageOf(manifest),
    warnings: bounded([
      ...classWarnings(manifest),
      ...placed.notes,
      ...comparisonWarnings,
      ...warnings,
      ...storageWarnings(manifest),
      ...log.warnings(),
    ]),
  }
}

const MAX_WARNINGS = 200

/** A data set of very many folders or names would have as many warnings. */
function bounded(warnings: readonly string[]): string[] {
  const left = warnings.length - MAX_WARNINGS
  return left > 0 ? [...warnings.slice(0, MAX_WARNINGS), `There are ${left} more warnings.`] : [...warnings]
}

function storageOf({ storage = 'raw', shards = [] }: PackedManifest): IngestReport['storage'] {
  return { codec: storage, bytes: shards.reduce((sum, { bytes }) => sum + bytes, 0), shards: shards.length }
}

function storageWarnings({ storage }: PackedManifest): string[] {
  return storage === 'jpeg'
    ? [
        'The images are stored as JPEG (quality 95, full colour resolution), since they would be too large as pixels; transparent ones are not.',
      ]
    : []
}
