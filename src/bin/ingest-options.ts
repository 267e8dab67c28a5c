import { Option, type Command } from 'commander'
import type { SplitChoices } from '../data/ingest/place.ts'

const LEAKAGE = ['remove', 'refuse'] as const satisfies readonly SplitChoices['leakage'][]
const NEAR_DUPLICATES = ['report', 'remove', 'refuse'] as const satisfies readonly SplitChoices['nearDuplicates'][]

/** Options of commands that read a data set from disk. */
export type IngestFlags = SplitChoices

export const addIngestOptions = (command: Command): Command =>
  command
    .option(
      '--group-by <name>',
      'keep images of a group in one split: folder (the folder below the class folder), or a column of the table; a column called group needs no option',
    )
    .addOption(
      new Option(
        '--leakage <action>',
        'images that have an equal one in a later split: they leave the earlier split, or the data set is refused',
      )
        .choices(LEAKAGE)
        .default('remove'),
    )
    .addOption(
      new Option('--near-duplicates <action>', 'the same for images that are nearly equal')
        .choices(NEAR_DUPLICATES)
        .default('report'),
    )
