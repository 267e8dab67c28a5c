import { writeFile } from 'node:fs/promises'
import { readConfig } from '../config.ts'
import type { DecodedImage } from '../data/decoded-image.ts'
import { readImageFile } from '../data/image-file.ts'
import type { Engine } from '../engine/engine.ts'
import { loadEngine } from '../engine/load.ts'
import { AppError } from '../errors.ts'
import type { ComponentSpec } from '../job-spec/components.ts'
import { resolveEvaluation, type EvaluationSpec } from '../job-spec/evaluation.ts'
import { parseSpec } from '../job-spec/parse.ts'
import { exportModel, reduceWeights, type ExportFormat } from '../train/export/export.ts'
import type { ExportPrecision } from '../train/weights/export-metadata.ts'
import { classIndex, gradCam, heatPng } from '../train/predict/grad-cam.ts'
import { loadModel, type TrainedModel } from '../train/predict/trained-model.ts'
import { predictImage } from '../train/predict/predict.ts'
import { renderPage } from '../train/report/with-page.ts'
import { reportOn } from './checkpoint-report.ts'
import { enlarged } from './enlarged.ts'
import { jsonOption } from './read-spec.ts'
import { reportTable } from './report-table.ts'
import { checkpointAt, imageFiles } from './run-folder.ts'
import { bytesText } from './bytes-text.ts'
import { show } from './print.ts'
import { percent } from './shown.ts'
import { prepareFile, prepareNewFolder } from './target.ts'

export interface PredictFlags {
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

export interface EvaluateFlags {
  data: string
  html?: string
  force?: boolean
  adjustLogits: string
  corruptions?: string | undefined
  severities?: string | undefined
  tta?: string | true | undefined
}

/** A report on a data set. */
export async function evaluate(
  checkpoint: string,
  { data, html, force, adjustLogits, corruptions, severities, tta }: EvaluateFlags,
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
  show({ value: report, text: () => reportTable(report), ids: [String(report.accuracy)] })
}

/** What lists with commas and a test-time augmentation request. @throws AppError `invalid_spec` that lists the known names. */
function evaluationOf({
  corruptions,
  severities,
  tta,
}: Pick<EvaluateFlags, 'corruptions' | 'severities' | 'tta'>): EvaluationSpec {
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

export interface ExportFlags {
  format: ExportFormat
  precision: ExportPrecision
  out: string
  data?: string
}

/** A checkpoint in another format. */
export async function exportCheckpoint(
  checkpoint: string,
  { format, precision, out, data }: ExportFlags,
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
  show({
    value: accuracy === undefined ? { files } : { files, accuracy },
    text: () =>
      files.map(({ path, sizeBytes }) => `${bytesText(sizeBytes).padStart(11)}  ${path}\n`).join('') +
      (accuracy === undefined
        ? ''
        : `accuracy ${percent(accuracy.exported)} as exported in ${precision}, ${percent(accuracy.original)} before\n`),
    ids: files.map(({ path }) => path),
  })
}

type Prediction = { file: string } & ReturnType<typeof predictImage>

/** Probabilities of images. */
export async function predict(
  checkpoint: string,
  files: string[],
  { top, logits, asIs, adjustLogits, tta }: PredictFlags,
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
  const rows: Prediction[] = []
  const read = (file: string): Promise<DecodedImage> => readImageFile(file, model.info.image.workingSize)
  for (const file of images) rows.push({ file, ...predictImage(model, await read(file), file, options) })
  show({ value: rows, text: () => rows.map(predictionText).join(''), ids: rows.map(({ answer }) => answer) })
}

function predictionText({ file, answer, rejected, top, logits }: Prediction): string {
  const title = `${file}${rejected === true || answer !== top[0]?.label ? `: ${answer}` : ''}\n`
  const ranked = top.map(({ label, probability }) => `  ${(100 * probability).toFixed(2).padStart(6)} %  ${label}\n`)
  const values = logits === undefined ? '' : `  ${logits.map((value) => value.toFixed(4)).join(' ')}\n`
  return title + ranked.join('') + values
}

/** Of a picture for a person, pixels. */
const LONGEST_PICTURE = 512

export interface ExplainFlags {
  out: string
  class?: string
  force?: boolean
}

/** Grad-CAM of an image. */
export async function explain(
  checkpoint: string,
  file: string,
  { out, class: label, force }: ExplainFlags,
): Promise<void> {
  await prepareFile(out, { flag: '--out', force })
  const { engine, model } = await load(checkpoint)
  const cam = gradCam(
    engine,
    model,
    await readImageFile(file, model.info.image.workingSize),
    classIndex(model.info.classes, label),
  )
  await writeFile(out, await enlarged(await heatPng(cam), LONGEST_PICTURE))
  const name = model.info.classes[cam.target] ?? String(cam.target)
  show({ value: { path: out, class: name }, text: `${out}: regions that support ${name}\n`, ids: [out] })
}
