import { createHash } from 'node:crypto'
import { writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { IngestReport } from '../../job-spec/ingest-report.ts'
import { encodeIndex, INDEX_FILE, ITEMS_FILE, MANIFEST_FILE, REPORT_FILE, type PackedManifest } from '../packed.ts'
import { SPLITS, type Split } from '../../job-spec/splits.ts'
import { channelStatistics } from './channels.ts'
import type { PlacedImage, ToPack } from './place.ts'
import { ingestReport } from './report.ts'

/** Writes a packed data set beside its pixels: index, items, report and, last, the manifest. */
export async function writePacked(
  folder: string,
  pixels: FileHandle,
  toPack: ToPack,
): Promise<{ manifest: PackedManifest; report: IngestReport }> {
  const manifest = await manifestOf(pixels, toPack)
  const report = ingestReport(toPack, manifest)
  const items = toPack.images
    .map(({ path, split, label, hash }) => JSON.stringify({ file: path, split, label, sha256: hash }))
    .join('\n')
  await pixels.sync()
  await writeFile(join(folder, INDEX_FILE), encodeIndex(toPack.images))
  await writeFile(join(folder, ITEMS_FILE), items)
  await writeFile(join(folder, REPORT_FILE), JSON.stringify(report))
  await writeFile(join(folder, MANIFEST_FILE), JSON.stringify(manifest))
  return { manifest, report }
}

async function manifestOf(
  pixels: FileHandle,
  { images, classes, channels, workingSize, findings: { background, range } }: ToPack,
): Promise<PackedManifest> {
  const classCounts = Object.fromEntries(
    SPLITS.map((split) => [split, classHistogram(images, split, classes.length)]),
  ) as PackedManifest['classCounts']
  const count = (split: Split): number => images.filter((image) => image.split === split).length
  const sides = images.map((image) => Math.min(image.width, image.height)).sort((a, b) => a - b)
  const [first] = images
  const uniform =
    first !== undefined && images.every((image) => image.width === first.width && image.height === first.height)
  const training = images.filter((image) => image.split === 'train')
  return {
    formatVersion: 1,
    hash: contentHash(classes, images),
    classes,
    channels,
    workingSize,
    counts: { train: count('train'), val: count('val'), test: count('test') },
    classCounts,
    ...(uniform ? { uniform: { width: first.width, height: first.height } } : {}),
    medianSide: sides[sides.length >> 1] ?? 0,
    ...(background === undefined ? {} : { background }),
    ...(range === undefined ? {} : { range }),
    ...(await channelStatistics(pixels, training, channels)),
  }
}

/** Changes with the classes, and with the split, class or pixels of any image. */
function contentHash(classes: readonly string[], images: readonly PlacedImage[]): string {
  const hash = createHash('sha256').update(JSON.stringify(classes))
  for (const { split, label, hash: content } of images) hash.update(`${split} ${label} ${content}\n`)
  return hash.digest('hex')
}

function classHistogram(images: readonly { label: number; split: Split }[], split: Split, classes: number): number[] {
  const histogram = new Array<number>(classes).fill(0)
  for (const image of images) if (image.split === split) histogram[image.label] = (histogram[image.label] ?? 0) + 1
  return histogram
}
