import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { spawnTrainer } from '../../train/spawn.ts'

/** `anneal train`. The trainer starts first: its engine loads while this process loads the rest, reads the spec and packs the data. */
export function addTrainCommand(program: Command): void {
  program
    .command('train <spec>')
    .description('train a spec on a data set, with no service')
    .requiredOption('--data <path>', 'a folder, .zip or .tar with one folder a class')
    .requiredOption(
      '--out <folder>',
      'where spec, metrics, report and checkpoints go; a run that was interrupted goes on from it',
    )
    .action(async (spec: string, { data, out: outDir }: { data: string; out: string }) => {
      const config = readConfig(process.env)
      const trainer = spawnTrainer({ engine: config.engine, threads: config.threads, environment: process.env })
      try {
        const { trainHere } = await import('../train-here.ts')
        await trainHere(spec, data, { trainer, outDir, config })
      } finally {
        trainer.kill()
      }
    })
}
