import { SingleBar } from 'cli-progress'
import { invocation } from './invocation.ts'
import { styled } from './style.ts'
import { fit, widthOf } from './text-columns.ts'

export interface Progress {
  update(done: number, total: number, note?: string): void
  stop(): void
}

const LINE_EVERY_MS = 5000
const MAX_BAR = 40
const MIN_BAR = 4
const DEFAULT_COLUMNS = 80
const SILENT: Progress = { update: () => undefined, stop: () => undefined }

export interface IngestProgress {
  update(read: { files: number; fraction: number }): void
  done(note: string): void
  stop(): void
}

const INGEST_STEPS = 1000

/** The progress of reading a data set, by the fraction of its bytes: how many files it has is not known before all are read. */
export function ingestProgress(): IngestProgress {
  const bar = progressBar('ingest')
  return {
    update: ({ files, fraction }) => bar.update(Math.floor(fraction * INGEST_STEPS), INGEST_STEPS, `${files} files`),
    done: (note) => bar.update(INGEST_STEPS, INGEST_STEPS, note),
    stop: () => bar.stop(),
  }
}

/** Progress on standard error: one line in place on a terminal, a line every few seconds elsewhere, nothing with `--quiet`. */
export function progressBar(title: string): Progress {
  if (invocation.quiet) return SILENT
  if (!process.stderr.isTTY) return progressLines(title)
  const bar = new SingleBar({
    format: ({ barCompleteChar, barIncompleteChar }, { progress }, { note }: { note: string }) =>
      barLine(
        { title, fraction: progress, note },
        { columns: process.stderr.columns, full: `${barCompleteChar}`, empty: `${barIncompleteChar}` },
      ),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: false,
    stream: process.stderr,
  })
  let started = false
  return {
    update(done, total, note = '') {
      if (!started) bar.start(total, 0, { note })
      started = true
      bar.setTotal(total)
      bar.update(done, { note })
    },
    stop: () => {
      if (started) bar.stop()
    },
  }
}

/** A line that fits: the bar takes what the note leaves, and the note is cut where that is too little. */
export function barLine(
  { title, fraction, note }: { title: string; fraction: number; note: string },
  { columns, full, empty }: { columns: number; full: string; empty: string },
): string {
  // A line as wide as the terminal wraps.
  const room = (columns > 0 ? columns : DEFAULT_COLUMNS) - 1
  const percent = `${String(Math.floor(100 * fraction)).padStart(3)} %`
  const head = title.padEnd(10)
  const left = room - widthOf(head) - widthOf(percent) - 3
  const bar = Math.max(MIN_BAR, Math.min(MAX_BAR, left - widthOf(note)))
  const done = Math.round(bar * fraction)
  const drawn = styled('cyan', full.repeat(done), process.stderr) + empty.repeat(bar - done)
  const noteRoom = Math.max(0, left - bar)
  return `${head} ${drawn} ${percent} ${widthOf(note) <= noteRoom ? note : fit(note, noteRoom)}`.trimEnd()
}

function progressLines(title: string): Progress {
  let last = -Infinity
  let latest = ''
  let shown = ''
  const show = (): void => {
    if (latest !== shown) process.stderr.write(`${latest}\n`)
    shown = latest
    last = performance.now()
  }
  return {
    update(done, total, note = '') {
      latest = `${title.padEnd(10)} ${Math.floor((100 * done) / Math.max(1, total))} % ${note}`.trimEnd()
      if (performance.now() - last > LINE_EVERY_MS) show()
    },
    stop: show,
  }
}

export function minutesAndSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** What a training run is doing, in one line, from the metrics of a step. */
export function trainingNote(
  metrics: Readonly<Record<string, number>>,
  { epochs, validation }: { epochs?: string | undefined; validation?: number | undefined } = {},
): string {
  const of = (name: string): number => metrics[`train/${name}`] ?? 0
  const [imagesPerSecond, loss, accuracy, secondsLeft] = [
    of('imagesPerSecond'),
    of('loss'),
    of('accuracy'),
    of('secondsLeft'),
  ]
  return [
    ...(epochs === undefined ? [] : [epochs]),
    `${minutesAndSeconds(secondsLeft)} left`,
    `loss ${loss.toFixed(3)}`,
    ...(validation === undefined ? [] : [`validation ${(100 * validation).toFixed(1)} %`]),
    `batch accuracy ${(100 * accuracy).toFixed(1)} %`,
    `${Math.round(imagesPerSecond)} images/s`,
  ].join(', ')
}
