import { writeFile } from 'node:fs/promises'
import { Option, type Command } from 'commander'
import { readConfig } from '../../config.ts'
import type { DecodedImage } from '../../data/decoded-image.ts'
import { readImageFile } from '../../data/image-file.ts'
import type { Engine } from '../../engine/engine.ts'
import { loadEngine } from '../../engine/load.ts'
import { AppError } from '../../errors.ts'
import type { ComponentSpec } from '../../job-spec/components.ts'
import { resolveEvaluation, type EvaluationSpec } from '../../job-spec/evaluation.ts'
import { parseSpec } from '../../job-spec/parse.ts'
import { exportModel, reduceWeights, type ExportFormat } from '../../train/export/export.ts'
import type { ExportPrecision } from '../../train/weights/export-metadata.ts'
import { classIndex, gradCam, heatPng } from '../../train/predict/grad-cam.ts'
import { loadModel, type TrainedModel } from '../../train/predict/trained-model.ts'
import { predictImage } from '../../train/predict/predict.ts'
import { renderPage } from '../../train/report/with-page.ts'
import { reportOn } from '../checkpoint-report.ts'
import { importCheckpoint } from './import-checkpoint.ts'
import { jsonOption } from '../read-spec.ts'
import { reportTable } from '../report-table.ts'
import { checkpointAt, imageFiles } from '../run-folder.ts'
import { FORCE, prepareFile, prepareNewFolder } from '../target.ts'

const ADJUST_LOGITS = [
  '--adjust-logits <tau>',
  'post-hoc logit adjustment: adds −τ·log π to the logits, π being the class frequencies in training; 1 for equally common classes',
  '0',
] as const
const TEST_TIME = [
  '--tta [views]',
  'test-time augmentation: averages over the views the checkpoint was evaluated with, or a name or JSON object (horizontal-flip, multi-crop, augmented)',
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
  const path = await checkpointAt(checkpoint)
  const engine = await loadEngine({ engine: name, threads })
  return { engine, model: loadModel(engine, path) }
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
  force?: boolean
  adjustLogits: string
  corruptions?: string | undefined
  severities?: string | undefined
  tta?: string | true | undefined
}

async function evaluate(
  checkpoint: string,
  { data, json, html, force, adjustLogits, corruptions, severities, tta }: EvaluateOptions,
): Promise<void> {
  const tau = strength(adjustLogits)
  const evaluation = evaluationOf({ corruptions, severities })
  const testTime = viewsOf(tta)
  if (html !== undefined) await prepareFile(html, { flag: '--html', force })
  const { engine, model } = await load(checkpoint)
  const report = await reportOn(engine, model, data, {
    adjustLogits: tau,
    evaluation,
    testTime,
    async use(made, dataset) {
      if (html !== undefined) await writeFile(html, await renderPage(made, { dataset, spec: model.info.spec }))
    },
  })
  process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : reportTable(report))
}

/** What lists with commas and a test-time augmentation request. @throws AppError `invalid_spec` that lists the known names. */
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
      ...(typeof tta === 'string'
        ? { testTimeAugmentation: tta.startsWith('{') ? jsonOption('--tta', tta) : tta }
        : {}),
    },
  })
  return resolveEvaluation(evaluation!)
}

/** `--tta` alone means the checkpoint's own. */
const viewsOf = (tta: string | true | undefined): 'own' | ComponentSpec | undefined =>
  tta === true ? 'own' : tta === undefined ? undefined : evaluationOf({ tta }).testTimeAugmentation

const fileSize = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`

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
  await prepareNewFolder(out, { flag: '--out' })
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
  for (const { path, sizeBytes } of files) process.stdout.write(`${fileSize(sizeBytes).padStart(11)}  ${path}\n`)
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
  const testTime = viewsOf(tta)
  const strengthOfPrior = strength(adjustLogits)
  const images = await imageFiles(files)
  const { model } = await load(checkpoint)
  const options = {
    top: count,
    logits: logits === true,
    asIs: asIs === true,
    adjustLogits: strengthOfPrior,
    ...(testTime === undefined ? {} : { testTime }),
  }
  const rows = []
  const read = (file: string): Promise<DecodedImage> => readImageFile(file, model.info.image.workingSize)
  for (const file of images) rows.push({ file, ...predictImage(model, await read(file), file, options) })
  if (json === true) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
  else
    for (const { file, answer, rejected, top: ranked, logits: values } of rows) {
      process.stdout.write(`${file}${rejected === true || answer !== ranked[0]?.label ? `: ${answer}` : ''}\n`)
      for (const { label, probability } of ranked)
        process.stdout.write(`  ${(100 * probability).toFixed(2).padStart(6)} %  ${label}\n`)
      if (values !== undefined) process.stdout.write(`  ${values.map((value) => value.toFixed(4)).join(' ')}\n`)
    }
}

async function explain(
  checkpoint: string,
  file: string,
  { out, class: label, force }: { out: string; class?: string; force?: boolean },
): Promise<void> {
  await prepareFile(out, { flag: '--out', force })
  const { engine, model } = await load(checkpoint)
  const cam = gradCam(
    engine,
    model,
    await readImageFile(file, model.info.image.workingSize),
    classIndex(model.info.classes, label),
  )
  await writeFile(out, await heatPng(cam))
  process.stdout.write(`${out}: regions that support ${model.info.classes[cam.target] ?? cam.target}\n`)
}

/** `evaluate`, `predict`, `gradcam`, `export` and `import`: what a checkpoint is good for. */
export function addModelCommands(program: Command): void {
  program
    .command('import <weights>')
    .description('Make a checkpoint from weights of torchvision, timm or Keras/tfjs, head included.')
    .requiredOption('--model <name>', 'the architecture, or a JSON object with its options')
    .option('--classes <file>', 'class names, one per line, in the order of the outputs')
    .requiredOption('--out <checkpoint>', 'the file to write')
    .option(...FORCE)
    .action(importCheckpoint)
  program
    .command('gradcam <checkpoint> <image>')
    .description('Draw which regions of an image support a class (Grad-CAM), as PNG.')
    .requiredOption('--out <png>', 'the file to write')
    .option(...FORCE)
    .option('--class <name>', 'the class; default: the most probable')
    .action(explain)
  program
    .command('export <checkpoint>')
    .description('Export a checkpoint for inference, with labels, preprocessing and temperature in metadata.json.')
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
    .description(
      'Report on a data set: its test split, else validation, else all of it. A checkpoint is a file or the folder of a run.',
    )
    .requiredOption('--data <path>', 'a folder, .zip or .tar with the classes of the checkpoint')
    .option('--json', 'the whole report as JSON')
    .option('--html <file>', 'also write the report as one HTML file')
    .option(...FORCE)
    .option(...ADJUST_LOGITS)
    .option(...TEST_TIME)
    .option('--corruptions <names>', 'measure the error under corruptions too: all, or comma-separated names')
    .option('--severities <list>', 'comma-separated severities of the corruptions, 1 to 5; default: all five')
    .action(evaluate)
  program
    .command('predict <checkpoint> <image...>')
    .description(
      'Print calibrated probabilities of images. A checkpoint is a file or the folder of a run; images are files or folders.',
    )
    .option('--json', 'as JSON')
    .option('--top <n>', 'number of classes to show per image', '5')
    .option('--logits', 'the logits too')
    .option(...ADJUST_LOGITS)
    .option(...TEST_TIME)
    .option('--as-is', 'images already have the input size: no resize or crop')
    .action(predict)
}
