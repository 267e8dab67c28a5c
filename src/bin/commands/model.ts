import { readFile, writeFile } from 'node:fs/promises'
import { Option, type Command } from 'commander'
import { readConfig, weightsAccess } from '../../config.ts'
import { readImageFile } from '../../data/image-file.ts'
import type { Engine } from '../../engine/engine.ts'
import { loadEngine } from '../../engine/load.ts'
import { AppError } from '../../errors.ts'
import type { ComponentSpec } from '../../spec/components.ts'
import { resolveEvaluation, type EvaluationSpec } from '../../spec/evaluation.ts'
import { parseSpec } from '../../spec/parse.ts'
import { exportModel, reduceWeights, type ExportFormat } from '../../train/export/export.ts'
import type { ExportPrecision } from '../../train/export/metadata.ts'
import { classIndex, gradCam, heatPng } from '../../train/grad-cam.ts'
import { importWeights } from '../../train/import.ts'
import { loadModel, type TrainedModel } from '../../train/model.ts'
import { predictImage } from '../../train/predict.ts'
import { renderPage } from '../../train/report/with-page.ts'
import { reportOn } from '../checkpoint-report.ts'
import { reportTable } from '../report-table.ts'

const ADJUST_LOGITS = [
  '--adjust-logits <tau>',
  'adds −τ·log π to the logits, π being the classes’ shares of the training images; 1 for classes that are equally common',
  '0',
] as const
const TEST_TIME = [
  '--tta [views]',
  'averages over views of each image: those the checkpoint was evaluated with, or a name or JSON object (horizontal-flip, multi-crop, augmented)',
] as const

interface PredictOptions {
  json?: boolean
  top: string
  logits?: boolean
  asIs?: boolean
  adjustLogits: string
  tta?: string | true
}

async function load(checkpoint: string): Promise<{ engine: Engine; model: TrainedModel }> {
  const { engine: name, threads } = readConfig(process.env)
  const engine = await loadEngine({ engine: name, threads })
  return { engine, model: loadModel(engine, checkpoint) }
}

function strength(text: string): number {
  const tau = Number(text)
  if (text.trim() !== '' && tau >= 0 && tau <= 10) return tau
  throw new AppError('invalid_request', `--adjust-logits is ${text}; a number from 0 to 10 is expected.`)
}

interface EvaluateOptions {
  data: string
  json?: boolean
  html?: string
  adjustLogits: string
  corruptions?: string | undefined
  severities?: string | undefined
  tta?: string | true | undefined
}

async function evaluate(
  checkpoint: string,
  { data, json, html, adjustLogits, corruptions, severities, tta }: EvaluateOptions,
): Promise<void> {
  const tau = strength(adjustLogits)
  const evaluation = evaluationOf({ corruptions, severities })
  const { engine, model } = await load(checkpoint)
  const report = await reportOn(engine, model, data, {
    ...{ adjustLogits: tau, evaluation, testTime: viewsOf(tta) },
    async use(made, dataset) {
      if (html !== undefined) await writeFile(html, await renderPage(made, { dataset, spec: model.info.spec }))
    },
  })
  process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : reportTable(report))
}

/** What lists with commas and a test-time augmentation ask for. @throws AppError `invalid_spec` that lists the known names. */
function evaluationOf({
  corruptions,
  severities,
  tta,
}: Pick<EvaluateOptions, 'corruptions' | 'severities' | 'tta'>): EvaluationSpec {
  const list = (text: string): string[] => text.split(',').map((part) => part.trim())
  const { evaluation } = parseSpec({
    evaluation: {
      ...(corruptions === undefined ? {} : { corruptions: corruptions === 'all' ? 'all' : list(corruptions) }),
      ...(severities === undefined ? {} : { severities: list(severities).map(Number) }),
      ...(typeof tta === 'string' ? { testTimeAugmentation: tta.startsWith('{') ? jsonOf(tta) : tta } : {}),
    },
  })
  return resolveEvaluation(evaluation!)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_request', `--tta ${text} is neither a name nor a JSON object.`, { cause })
  }
}

/** `--tta` alone means the checkpoint's own. */
const viewsOf = (tta: string | true | undefined): 'own' | ComponentSpec | undefined =>
  tta === true ? 'own' : tta === undefined ? undefined : evaluationOf({ tta }).testTimeAugmentation

interface ExportOptions {
  format: ExportFormat
  precision: ExportPrecision
  out: string
  data?: string
  json?: boolean
}

async function exportCheckpoint(
  checkpoint: string,
  { format, precision, out, data, json }: ExportOptions,
): Promise<void> {
  const { engine, model } = await load(checkpoint)
  const { files } = await exportModel(model, { format, precision, outDir: out })
  let accuracy: { original: number; exported: number } | undefined
  if (data !== undefined) {
    const original = (await reportOn(engine, model, data)).accuracy
    reduceWeights(engine, model, precision)
    accuracy = { original, exported: (await reportOn(engine, model, data)).accuracy }
  }
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ files, ...(accuracy === undefined ? {} : { accuracy }) }, null, 2)}\n`)
    return
  }
  for (const { path, sizeBytes } of files)
    process.stdout.write(`${(sizeBytes / 1e6).toFixed(2).padStart(8)} MB  ${path}\n`)
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`
  if (accuracy !== undefined)
    process.stdout.write(
      `accuracy ${percent(accuracy.exported)} as exported in ${precision}, ${percent(accuracy.original)} before\n`,
    )
}

async function predict(
  checkpoint: string,
  files: string[],
  { json, top, logits, asIs, adjustLogits, tta }: PredictOptions,
): Promise<void> {
  const count = Number(top)
  if (!Number.isInteger(count) || count < 1)
    throw new AppError('invalid_request', `--top is ${top}; a whole number from 1 is expected.`)
  const { model } = await load(checkpoint)
  const testTime = viewsOf(tta)
  const options = {
    ...{ top: count, logits: logits === true, asIs: asIs === true, adjustLogits: strength(adjustLogits) },
    ...(testTime === undefined ? {} : { testTime }),
  }
  const rows = []
  for (const file of files) rows.push({ file, ...predictImage(model, await readImageFile(file), file, options) })
  if (json === true) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
  else
    for (const { file, answer, rejected, top: ranked, logits: values } of rows) {
      process.stdout.write(`${file}${rejected === true ? `: ${answer}` : ''}\n`)
      for (const { label, probability } of ranked)
        process.stdout.write(`  ${(100 * probability).toFixed(2).padStart(6)} %  ${label}\n`)
      if (values !== undefined) process.stdout.write(`  ${values.map((value) => value.toFixed(4)).join(' ')}\n`)
    }
}

interface ImportCommandOptions {
  model: string
  classes?: string
  out: string
}

async function importCheckpoint(weights: string, { model, classes, out }: ImportCommandOptions): Promise<void> {
  const config = readConfig(process.env)
  const engine = await loadEngine({ engine: config.engine, threads: config.threads })
  const names =
    classes === undefined
      ? undefined
      : (
          await readFile(classes, 'utf8').catch((cause: unknown) => {
            throw new AppError('invalid_request', `${classes} cannot be read.`, { cause })
          })
        )
          .split(/\r?\n/)
          .filter((line) => line !== '')
  const { message, info, path } = await importWeights(
    engine,
    /^https?:/.test(weights) ? { url: weights } : { file: weights },
    {
      model: model.startsWith('{') ? (JSON.parse(model) as unknown) : model,
      ...{ classes: names, out },
      access: weightsAccess(config),
    },
  )
  process.stdout.write(
    `${message}\n${path}: ${info.spec.model.name}, ${info.image.size} pixels, ${info.classes.length} classes\n`,
  )
}

async function explain(
  checkpoint: string,
  file: string,
  { out, class: label }: { out: string; class?: string },
): Promise<void> {
  const { engine, model } = await load(checkpoint)
  const cam = gradCam(engine, model, await readImageFile(file), classIndex(model.info.classes, label))
  await writeFile(out, await heatPng(cam))
  process.stdout.write(`${out}: what speaks for ${model.info.classes[cam.target] ?? cam.target}\n`)
}

/** `evaluate`, `predict`, `gradcam`, `export` and `import`: what a checkpoint is good for. */
export function addModelCommands(program: Command): void {
  program
    .command('import <weights>')
    .description('a checkpoint from weights of torchvision, timm or Keras/tfjs, head and all')
    .requiredOption('--model <name>', 'the architecture, or a JSON object with its options')
    .option('--classes <file>', 'names of the classes, one a line, in the order of the outputs')
    .requiredOption('--out <checkpoint>', 'the file to write')
    .action(importCheckpoint)
  program
    .command('gradcam <checkpoint> <image>')
    .description('where an image speaks for a class (Grad-CAM), as PNG')
    .requiredOption('--out <png>', 'the file to write')
    .option('--class <name>', 'the class; default: the likeliest')
    .action(explain)
  program
    .command('export <checkpoint>')
    .description('the model for others to run, with labels, preprocessing and temperature beside it')
    .addOption(
      new Option('--format <format>', 'tfjs layers-model, ONNX, or safetensors with torchvision’s names')
        .choices(['tfjs', 'onnx', 'safetensors'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--precision <precision>', 'of the weights; uint8 takes a quarter of the bytes')
        .choices(['float32', 'float16', 'uint8'])
        .default('float32'),
    )
    .requiredOption('--out <folder>', 'a folder that does not exist yet')
    .option('--data <path>', 'a data set on which to measure what the precision costs')
    .option('--json', 'as JSON')
    .action(exportCheckpoint)
  program
    .command('evaluate <checkpoint>')
    .description('report on a data set: its test split, else validation, else all of it')
    .requiredOption('--data <path>', 'a folder, .zip or .tar with the classes of the checkpoint')
    .option('--json', 'the whole report as JSON')
    .option('--html <file>', 'write the report as a page that holds everything that it shows')
    .option(...ADJUST_LOGITS)
    .option(...TEST_TIME)
    .option('--corruptions <names>', 'measure the error under corruptions too: all, or names with commas')
    .option('--severities <list>', 'severities of the corruptions, 1 to 5, with commas; default: all five')
    .action(evaluate)
  program
    .command('predict <checkpoint> <image...>')
    .description('calibrated probabilities of images')
    .option('--json', 'as JSON')
    .option('--top <n>', 'classes an image', '5')
    .option('--logits', 'the logits too')
    .option(...ADJUST_LOGITS)
    .option(...TEST_TIME)
    .option('--as-is', 'images are of the input size already: no resize or crop')
    .action(predict)
}
