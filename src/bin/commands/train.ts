import { InvalidArgumentError, type Command } from 'commander'
import { readConfig } from '../../config.ts'
import { MAX_DEVICES } from '../../train/process/max-devices.ts'
import { spawnTrainer } from '../../train/process/spawn.ts'
import { SET_HELP } from '../read-spec.ts'
import { fieldSetting, type FieldSetting } from '../set-fields.ts'
import { addIngestOptions, type IngestFlags } from '../ingest-options.ts'

interface TrainFlags extends IngestFlags {
  data: string
  out: string
  devices: number
  syncBatchNorm?: boolean
  compressGradients?: boolean
  set?: FieldSetting[]
}

function deviceCount(value: string): number {
  const count = Number(value)
  if (Number.isInteger(count) && count >= 1 && count <= MAX_DEVICES) return count
  throw new InvalidArgumentError(`A whole number from 1 to ${MAX_DEVICES} is expected.`)
}

/** `anneal train`. The trainer starts first: its engine loads while this process loads the rest, reads the spec and packs the data. */
export function addTrainCommand(program: Command): void {
  const command = program
    .command('train <spec>')
    .description(
      'Train a spec on a data set, with no service. Prints what the data set has. Writes spec.json, dataset.json, metrics.jsonl, report.json, report.html, suggestions.json and checkpoints/.',
    )
    .requiredOption('--data <path>', 'a folder, .zip or .tar with one folder per class')
    .requiredOption(
      '--out <folder>',
      'a new or empty folder for the run, or that of an interrupted run, which is resumed',
    )
    .option(
      '--devices <number>',
      'devices of this host that share every batch: GPUs, or processes with a part of the CPU’s threads each',
      deviceCount,
      1,
    )
    .option('--set <field=value>', SET_HELP, fieldSetting)
    .option('--sync-batch-norm', 'with several devices: batch norms take the statistics of the whole batch')
    .option('--compress-gradients', 'with several devices: they send one another gradients as bfloat16')
  addIngestOptions(command).action(
    async (
      spec: string,
      { data, out: outDir, devices, syncBatchNorm = false, compressGradients = false, set = [], ...flags }: TrainFlags,
    ) => {
      const config = readConfig(process.env)
      const trainer = spawnTrainer({ engine: config.engine, threads: config.threads, environment: process.env })
      try {
        const { trainHere } = await import('../train-here.ts')
        await trainHere(spec, data, {
          trainer,
          outDir,
          config,
          flags,
          set,
          ...(devices === 1 ? {} : { parallel: { devices, synchronisedNorms: syncBatchNorm, compressGradients } }),
        })
      } finally {
        trainer.kill()
      }
    },
  )
}
