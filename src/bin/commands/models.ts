import type { Command } from 'commander'
import type { ModelsFlags } from '../models-table.ts'

/** `anneal models [name]`. */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .argument('[name]', 'the architecture whose layers to show')
    .description('the architectures that a spec can name, or the layers of one; `registry` has the models of the team')
    .option('--size <pixels>', 'side of the input, for one architecture (default: its own)')
    .option('--channels <count>', 'channels of the input, for one architecture', '3')
    .option('--classes <count>', 'classes, for one architecture', '1000')
    .action(async (name: string | undefined, flags: ModelsFlags) => {
      const { showModels } = await import('../models-table.ts')
      showModels(name, flags)
    })
}
