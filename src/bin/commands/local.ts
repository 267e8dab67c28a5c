import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { openPacked } from '../../data/open.ts'
import { AppError } from '../../errors.ts'
import { parseSpec } from '../../job-spec/parse.ts'
import { RECIPE_SUMMARIES, recipes } from '../../job-spec/recipes.ts'
import { checkSpec } from '../../job-spec/check-spec.ts'
import { resolveSpec } from '../../job-spec/resolve.ts'
import { withRecipe } from '../../job-spec/with-recipe.ts'
import { JobSpec } from '../../job-spec/schema.ts'
import { stageLength, stagesOf } from '../../job-spec/stages.ts'
import { stagesWithLengths } from '../../train/run/stage.ts'
import { parseRangeTest, RangeTestOptions } from '../../job-spec/tasks.ts'
import { datasetTable } from '../dataset-table.ts'
import { addIngestOptions, type IngestFlags } from '../ingest-options.ts'
import { readIngestReport, withPacked } from '../packed-data.ts'
import { progressBar, trainingNote } from '../progress.ts'
import { optionsHelp } from '../options-help.ts'
import { jsonOption, readSpec } from '../read-spec.ts'
import { resolveHere, runTask } from '../run-task.ts'
import { hostContextFor } from '../host-context.ts'
import { FORCE, prepareFile, prepareFolder } from '../target.ts'
import { columnsOf } from '../text-columns.ts'

async function rangeTest(
  specPath: string,
  { data, out, options, force }: { data: string; out: string; options: object; force?: boolean },
): Promise<void> {
  const input = readSpec(specPath)
  const config = readConfig(process.env)
  const task = { kind: 'range-test', options: parseRangeTest(options) } as const
  checkSpec(input)
  hostContextFor(input, config)
  await prepareFolder(out, { flag: '--out', force })
  await withPacked(data, async (dataDir) => {
    const bar = progressBar('range test')
    const report = await runTask(
      resolveHere(input, dataDir, config),
      { ...task, dataDir, outDir: out },
      {
        onEvent(event) {
          if (event.type === 'metrics' && 'train/loss' in event.values)
            bar.update(event.step, task.options.steps, trainingNote(event.values))
        },
      },
    ).finally(() => bar.stop())
    const { suggestion } = report as { suggestion: object | null }
    await writeFile(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
    process.stdout.write(
      suggestion === null
        ? 'The loss did not decrease: no learning rate can be suggested.\n'
        : Object.entries(suggestion)
            .map(([name, rate]) => `${name.padEnd(10)}${String(rate)}\n`)
            .join('') + ratesToSet(suggestion as Record<string, number>),
    )
    process.stdout.write(`plot      ${join(out, 'range-test.svg')}\n`)
  })
}

/** What to do with the rates: a schedule that falls starts at the steepest one. */
const ratesToSet = ({ steepest, base, maximum }: Record<string, number>): string =>
  `Set /schedule/learningRate to ${steepest ?? maximum ?? base}${maximum === undefined ? '' : `; with cyclic or one-cycle, to ${maximum}`}.\n`

/** Commands other than training that need no service: lr-range-test, dataset, spec. */
export function addLocalCommands(program: Command): void {
  program
    .command('lr-range-test <spec>')
    .description('train while the learning rate rises, and suggest learning rates')
    .requiredOption('--data <path>', 'a folder, .zip or .tar with one folder per class')
    .requiredOption('--out <folder>', 'folder for report.json and range-test.svg')
    .option('--options <json>', optionsHelp(RangeTestOptions.properties), '{}')
    .option(...FORCE)
    .action((spec: string, { options, ...flags }: { data: string; out: string; options: string; force?: boolean }) =>
      rangeTest(spec, { ...flags, options: jsonOption('--options', options) }),
    )

  const inspect = program
    .command('dataset')
    .description('look at data sets')
    .command('inspect <path>')
    .description('print counts, imbalance, ignored and broken files, duplicates and warnings')
    .option('--json', 'the whole report as JSON')
  addIngestOptions(inspect).action((path: string, { json, ...flags }: { json?: boolean } & IngestFlags) =>
    withPacked(
      path,
      async (directory) => {
        const report = await readIngestReport(directory)
        const text =
          json === true ? `${JSON.stringify(report, null, 2)}\n` : datasetTable(report, columnsOf(process.stdout))
        process.stdout.write(text)
      },
      flags,
    ),
  )

  addSpecCommands(program.command('spec').description('job specs'))
}

function addSpecCommands(spec: Command): void {
  spec
    .command('schema')
    .description('JSON Schema of a spec')
    .action(() => void process.stdout.write(`${JSON.stringify(JobSpec, null, 2)}\n`))
  spec
    .command('recipes [name]')
    .description('list the named recipes, or print one')
    .action((name?: string) => {
      if (name === undefined) {
        const width = Math.max(...[...recipes.keys()].map((key) => key.length))
        for (const key of recipes.keys()) process.stdout.write(`${key.padEnd(width)}  ${RECIPE_SUMMARIES[key] ?? ''}\n`)
        return
      }
      process.stdout.write(`${JSON.stringify(withRecipe({ recipe: name }).input, null, 2)}\n`)
    })
  spec
    .command('resolve <spec>')
    .description(
      'the resolved spec, with the reason for each default; without a data set, the options of the named components',
    )
    .option('--data <path>', 'the data set that defaults follow from')
    .action(async (path: string, { data }: { data?: string }) => {
      const input = readSpec(path)
      if (data === undefined) {
        process.stdout.write(`${JSON.stringify({ spec: parseSpec(withRecipe(input).input) }, null, 2)}\n`)
        return
      }
      await withPacked(data, async (directory) => {
        const resolution = resolveSpec(
          input,
          openPacked(directory).manifest,
          hostContextFor(input, readConfig(process.env)),
        )
        process.stdout.write(`${JSON.stringify(resolution, null, 2)}\n`)
      })
    })
  spec
    .command('plot <spec>')
    .description('draw learning rate, momentum, stages, evaluations and averaging snapshots over the steps of a run')
    .option('--data <path>', 'the data set that the run would train on')
    .option('--images <count>', 'number of training images, instead of --data')
    .option('--batch <count>', 'batch size, if the spec does not set it')
    .requiredOption('--out <file>', 'the SVG file')
    .option(...FORCE)
    .action(plot)
}

interface PlotOptions {
  data?: string
  images?: string
  batch?: string
  out: string
  force?: boolean
}

async function plot(path: string, { data, images, batch, out, force }: PlotOptions): Promise<void> {
  await prepareFile(out, { flag: '--out', force })
  const { inSteps, plotSpec } = await import('../spec-plot.ts')
  const rawSpec = readSpec(path)
  const input: unknown = batch === undefined ? rawSpec : { batchSize: countOf(batch, '--batch'), ...Object(rawSpec) }
  if (data !== undefined) {
    await withPacked(data, async (directory) => {
      const dataset = openPacked(directory)
      const spec = inSteps(resolveSpec(input, dataset.manifest, hostContextFor(input, readConfig(process.env))).spec)
      await writeFile(out, plotSpec(spec, stagesWithLengths(spec, dataset).stages))
    })
    return
  }
  if (images === undefined)
    throw new AppError(
      'invalid_request',
      'The run length depends on the number of training images; pass --data or --images.',
    )
  const train = countOf(images, '--images')
  const facts = { classes: ['a', 'b'], channels: 3, medianSide: 224, counts: { train, val: 0, test: 0 } }
  const spec = inSteps(resolveSpec(input, { ...facts, classCounts: { train: [train / 2, train / 2] } }).spec)
  await writeFile(
    out,
    plotSpec(
      spec,
      stagesOf(spec).map((stage) => ({ stage, length: stageLength(stage, train) })),
    ),
  )
}

function countOf(text: string, option: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new AppError('invalid_request', `${option} must be a whole number of at least 1, not ${text}.`)
}
