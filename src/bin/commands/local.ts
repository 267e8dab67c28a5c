import type { Command } from 'commander'
import { addIngestOptions, type IngestFlags } from '../ingest-options.ts'
import { SET_HELP } from '../read-spec.ts'
import { fieldSetting, type FieldSetting } from '../set-fields.ts'
import type { PlotFlags } from '../spec-actions.ts'
import { FORCE } from '../target.ts'

const actions = () => import('../spec-actions.ts')

/** Commands other than training that need no service: `dataset`, `spec`. */
export function addLocalCommands(program: Command): void {
  const inspect = program
    .command('dataset')
    .description('look at data sets')
    .command('inspect <path>')
    .description('print counts, imbalance, ignored and broken files, duplicates and warnings')
    .option('--json', 'the whole report as JSON')
  addIngestOptions(inspect).action(async (path: string, flags: IngestFlags) => {
    const { inspectDataset } = await import('../inspect-dataset.ts')
    await inspectDataset(path, flags)
  })
  addSpecCommands(program.command('spec').description('job specs'))
}

function addSpecCommands(spec: Command): void {
  spec
    .command('schema')
    .description('JSON Schema of a spec')
    .action(async () => (await actions()).showSchema())
  spec
    .command('recipes [name]')
    .description('list the named recipes, or print one')
    .action(async (name?: string) => (await actions()).showRecipes(name))
  spec
    .command('resolve <spec>')
    .description(
      'the resolved spec, with the reason for each default; without a data set, the options of the named components',
    )
    .option('--data <path>', 'the data set that defaults follow from')
    .option('--set <field=value>', SET_HELP, fieldSetting)
    .action(async (path: string, flags: { data?: string; set?: FieldSetting[] }) =>
      (await actions()).showResolved(path, flags),
    )
  spec
    .command('plot <spec>')
    .description('draw learning rate, momentum, stages, evaluations and averaging snapshots over the steps of a run')
    .option('--data <path>', 'the data set that the run would train on')
    .option('--images <count>', 'number of training images, instead of --data')
    .option('--batch <count>', 'batch size, if the spec does not set it')
    .requiredOption('--out <file>', 'the SVG file')
    .option(...FORCE)
    .action(async (path: string, flags: PlotFlags) => (await actions()).drawPlot(path, flags))
}
