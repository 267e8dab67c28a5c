import { InvalidArgumentError, type Command } from 'commander'
import type { PreviewFlags } from '../augment-preview.ts'
import { FORCE } from '../target.ts'

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
    .action(async (spec: string, flags: PreviewFlags) => {
      const { drawPreview } = await import('../augment-preview.ts')
      await drawPreview(spec, flags)
    })
}
