import { writeFile } from 'node:fs/promises'
import { InvalidArgumentError, type Command } from 'commander'
import { readConfig } from '../../config.ts'
import { openPacked } from '../../data/open.ts'
import { previewGrid } from '../../data/preview.ts'
import { checkSpec } from '../../job-spec/check-spec.ts'
import { resolveSpec } from '../../job-spec/resolve.ts'
import { withPacked } from '../packed-data.ts'
import { readSpec } from '../read-spec.ts'
import { surroundings } from '../surroundings-of.ts'
import { FORCE, prepareFile } from '../target.ts'

interface PreviewFlags {
  data: string
  out: string
  rows: number
  columns: number
  seed?: number
  force?: boolean
}

async function preview(path: string, { data, out, rows, columns, seed, force }: PreviewFlags): Promise<void> {
  const input = readSpec(path)
  checkSpec(input)
  await prepareFile(out, { flag: '--out', force })
  await withPacked(data, async (directory) => {
    const { manifest } = openPacked(directory)
    const { spec } = resolveSpec(input, manifest, surroundings(readConfig(process.env)))
    const { augment, image } = spec
    const png = await previewGrid(directory, {
      augment,
      rows,
      columns,
      size: image.size,
      channels: image.channels ?? manifest.channels,
      background: image.background ?? 'black',
      seed: seed ?? spec.seed,
    })
    await writeFile(out, png)
  })
}

const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`A whole number from ${least} is expected.`)
  }

/** Commands about augmentation. */
export function addAugmentCommands(program: Command): void {
  program
    .command('augment')
    .description('look at augmentations')
    .command('preview <spec>')
    .description('draw training images next to their augmented versions')
    .requiredOption('--data <path>', 'a folder, .zip or .tar with one folder per class')
    .requiredOption('--out <file>', 'the PNG file')
    .option(...FORCE)
    .option('--rows <count>', 'training images, one per row', wholeFrom(1), 6)
    .option('--columns <count>', 'images per row, the first unaugmented', wholeFrom(2), 8)
    .option('--seed <number>', 'random seed; default: the spec’s', wholeFrom(0))
    .action(preview)
}
