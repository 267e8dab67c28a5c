import type { Command } from 'commander'
import { RangeTestOptions } from '../../job-spec/tasks.ts'
import { optionsHelp } from '../options-help.ts'
import { jsonOption } from '../read-spec.ts'
import { FORCE } from '../target.ts'

interface RangeTestFlags {
  data: string
  out: string
  options: string
  force?: boolean
}

/** `anneal lr-range-test`. */
export function addRangeTestCommand(program: Command): void {
  program
    .command('lr-range-test <spec>')
    .description('train while the learning rate rises, and suggest learning rates')
    .requiredOption('--data <path>', 'a folder, .zip or .tar with one folder per class')
    .requiredOption('--out <folder>', 'folder for report.json and range-test.svg')
    .option('--options <json>', optionsHelp(RangeTestOptions.properties), '{}')
    .option(...FORCE)
    .action(async (spec: string, { options, ...flags }: RangeTestFlags) => {
      const parsed = jsonOption('--options', options)
      const { rangeTest } = await import('../range-test.ts')
      await rangeTest(spec, { ...flags, options: parsed })
    })
}
