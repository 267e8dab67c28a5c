import { createWriteStream, existsSync, type WriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Report } from '../evaluation/report.ts'
import { decodeSuggestions, SUGGESTIONS_FILE } from '../evaluation/suggestions.ts'
import { METRICS_FILE } from '../train/report/history.ts'
import type { TrainEvent } from '../train/process/events.ts'
import type { TrainerTask } from '../train/process/task.ts'
import type { Trainer } from '../train/process/spawn.ts'
import { checkSpec } from '../job-spec/check-spec.ts'
import { datasetTable } from './dataset-table.ts'
import type { IngestFlags } from './ingest-options.ts'
import { readIngestReport, withPacked } from './packed-data.ts'
import { progressBar, trainingNote } from './progress.ts'
import { holdsRun, requireSameRun, trainedCheckpoint } from './run-folder.ts'
import { note, show, warn } from './print.ts'
import { readSpec } from './read-spec.ts'
import { reportTable } from './report-table.ts'
import { resolveHere, runTask } from './run-task.ts'
import { hostContextFor } from './host-context.ts'
import type { FieldSetting } from './set-fields.ts'
import { prepareFolder } from './target.ts'
import { columnsOf } from './text-columns.ts'

/** Steps after the checkpoint that a run resumes from are taken again, and their metrics written again. */
async function keepMetricsUntil(step: number, path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const kept = text.split('\n').filter((line) => line !== '' && (JSON.parse(line) as { step: number }).step <= step)
  await writeFile(path, kept.map((line) => `${line}\n`).join(''))
}

interface TrainWork {
  /** It loads its engine while the spec is read and the data are packed. */
  trainer: Trainer
  outDir: string
  config: Config
  flags: IngestFlags
  set: readonly FieldSetting[]
  parallel?: TrainerTask['parallel']
}

/** Trains a spec's file on a data set, in the trainer process that was started for it. */
export async function trainHere(specPath: string, dataPath: string, work: TrainWork): Promise<void> {
  const input = await readSpec(specPath, work.set)
  checkSpec(input)
  hostContextFor(input, work.config)
  await prepareFolder(work.outDir, { flag: '--out', isOwn: () => holdsRun(work.outDir) })
  const run = async (dataDir: string): Promise<void> => {
    const found = await readIngestReport(dataDir)
    note(datasetTable(found, columnsOf(process.stderr)).trimEnd())
    await writeFile(join(work.outDir, 'dataset.json'), `${JSON.stringify(found, null, 2)}\n`)
    await trainOn(dataDir, input, work)
  }
  await withPacked(dataPath, run, work.flags)
}

async function trainOn(
  dataDir: string,
  input: unknown,
  { trainer, outDir, config, parallel }: TrainWork,
): Promise<void> {
  const resolved = resolveHere(input, dataDir, config)
  const { spec, hash, reasons, warnings } = resolved
  for (const { pointer, detail } of warnings) warn(`${pointer} ${detail}`)
  await requireSameRun(outDir, hash)
  if (existsSync(join(outDir, 'report.json')))
    note(`The run of ${outDir} is finished: nothing is trained, and its weights are evaluated again.`)
  await writeFile(join(outDir, 'spec.json'), `${JSON.stringify(spec, null, 2)}\n`)
  const { onEvent, close } = trainingLog(join(outDir, METRICS_FILE))
  const work = { reasons, dataDir, outDir, ...(parallel === undefined ? {} : { parallel }) }
  const report = await runTask(resolved, work, { trainer, resumes: true, onEvent }).finally(close)
  await writeFile(join(outDir, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
  const checkpoint = await trainedCheckpoint(outDir)
  const suggestions = await suggestionsLine(join(outDir, SUGGESTIONS_FILE))
  const paths = `report      ${join(outDir, 'report.html')}\ncheckpoint  ${checkpoint}\n`
  show({ value: report, text: () => reportTable(report as Report) + paths + suggestions, ids: [checkpoint] })
}

/** What the run suggests to look at. */
async function suggestionsLine(path: string): Promise<string> {
  const { covers, found, notes } = decodeSuggestions(await readFile(path), path)
  const judged = covers.train + covers.val + covers.test
  if (judged === 0) return `suggestions ${notes.join(' ')}\n`
  return `suggestions ${counted(found.label, 'likely label error')} and ${counted(found.outlier, 'outlier')} in ${judged} validation and test images: ${path}\n`
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** Shows how training goes, and keeps its metrics in a file. */
function trainingLog(metricsPath: string): { onEvent: (event: TrainEvent) => Promise<void>; close: () => void } {
  const bar = progressBar('training')
  let total = 1
  let validation: number | undefined
  let metrics: WriteStream | undefined
  return {
    async onEvent(event) {
      if (event.type === 'started') {
        total = event.totalSteps
        await keepMetricsUntil(event.startStep, metricsPath)
        metrics = createWriteStream(metricsPath, { flags: 'a' })
      }
      if (event.type === 'log') note(event.message)
      if (event.type !== 'metrics') return
      const { step, epoch, values } = event
      metrics?.write(`${JSON.stringify({ step, epoch, ...values })}\n`)
      total = event.totalSteps ?? total
      validation = values['val/accuracy'] ?? validation
      const epochs = `epoch ${epoch.toFixed(1)}`
      if ('train/loss' in values) bar.update(step, total, trainingNote(values, { epochs, validation }))
    },
    close() {
      bar.stop()
      metrics?.end()
    },
  }
}
