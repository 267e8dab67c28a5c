import { createWriteStream, type WriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { weightsAccess, type Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { Report } from '../evaluation/report.ts'
import { METRICS_FILE } from '../train/report/history.ts'
import type { Trainer } from '../train/process/spawn.ts'
import { checkSpec } from '../spec/resolve.ts'
import { withPacked } from './packed-data.ts'
import { progressBar, trainingNote } from './progress.ts'
import { holdsRun, requireSameRun, trainedCheckpoint } from './run-folder.ts'
import { readSpec } from './read-spec.ts'
import { reportTable } from './report-table.ts'
import { resolveHere } from './run-task.ts'
import { surroundingsOf } from './surroundings-of.ts'
import { prepareFolder } from './target.ts'

/** Steps after the checkpoint that a run goes on from are taken again, and their metrics written again. */
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
}

/** Trains a spec's file on a data set, in the trainer process that was started for it. */
export async function trainHere(specPath: string, dataPath: string, work: TrainWork): Promise<void> {
  const input = readSpec(specPath)
  checkSpec(input)
  surroundingsOf(input, work.config)
  await prepareFolder(work.outDir, { flag: '--out', isOwn: () => holdsRun(work.outDir) })
  await withPacked(dataPath, (dataDir) => trainOn(dataDir, input, work))
}

async function trainOn(dataDir: string, input: unknown, { trainer, outDir, config }: TrainWork): Promise<void> {
  const { spec, hash, reasons, warnings } = resolveHere(input, dataDir, config)
  for (const { pointer, detail } of warnings) process.stderr.write(`warning: ${pointer} ${detail}\n`)
  const weights = weightsAccess(config)
  await requireSameRun(outDir, hash)
  await writeFile(join(outDir, 'spec.json'), `${JSON.stringify(spec, null, 2)}\n`)
  const metricsPath = join(outDir, METRICS_FILE)
  process.once('SIGINT', () => trainer.interrupt())
  process.once('SIGTERM', () => trainer.interrupt())
  const bar = progressBar('training')
  let total = 1
  let epochs: string | undefined
  let validation: number | undefined
  let metrics: WriteStream | undefined
  const close = (): void => {
    bar.stop()
    metrics?.end()
  }
  for await (const event of trainer.run({ spec, specHash: hash, reasons, dataDir, outDir, weights })) {
    if (event.type === 'started') {
      total = event.totalSteps
      await keepMetricsUntil(event.startStep, metricsPath)
      metrics = createWriteStream(metricsPath, { flags: 'a' })
    }
    if (event.type === 'log') process.stderr.write(`${event.message}\n`)
    if (event.type === 'metrics') {
      metrics?.write(`${JSON.stringify({ step: event.step, epoch: event.epoch, ...event.values })}\n`)
      const { values } = event
      total = event.totalSteps ?? total
      validation = values['val/accuracy'] ?? validation
      epochs = `epoch ${event.epoch.toFixed(1)}`
      if ('train/loss' in values) bar.update(event.step, total, trainingNote(values, { epochs, validation }))
    }
    if (event.type === 'succeeded' || event.type === 'interrupted' || event.type === 'failed') close()
    if (event.type === 'succeeded') {
      await writeFile(join(outDir, 'report.json'), `${JSON.stringify(event.report, null, 2)}\n`)
      process.stdout.write(reportTable(event.report as Report))
      process.stdout.write(
        `report      ${join(outDir, 'report.html')}\ncheckpoint  ${await trainedCheckpoint(outDir)}\n`,
      )
    }
    if (event.type === 'interrupted')
      throw new AppError('interrupted', `Interrupted at step ${event.step}; the same command resumes from there.`)
    if (event.type === 'failed') throw new AppError(event.code as AppError['code'], event.detail)
  }
}
