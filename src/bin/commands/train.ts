import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { spawnTrainer } from '../../train/process/spawn.ts'
import { addIngestOptions, type IngestFlags } from '../ingest-options.ts'

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
  addIngestOptions(command).action(
    async (spec: string, { data, out: outDir, ...flags }: { data: string; out: string } & IngestFlags) => {
      const config = readConfig(process.env)
      const trainer = spawnTrainer({ engine: config.engine, threads: config.threads, environment: process.env })
      try {
        const { trainHere } = await import('../train-here.ts')
        await trainHere(spec, data, { trainer, outDir, config, flags })
      } finally {
        trainer.kill()
      }
    },
  )
}
