import { SingleBar } from 'cli-progress'

export interface Progress {
  update(done: number, total: number, note?: string): void
  stop(): void
}

const LINE_EVERY_MS = 5000
const MAX_BAR = 40
/** Columns that loss and remaining time need next to the bar. */
const NOTE_COLUMNS = 95

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

/** A progress bar on a terminal, a line every few seconds elsewhere. */
export function progressBar(title: string): Progress {
  if (!process.stderr.isTTY) return progressLines(title)
  const bar = new SingleBar({
    format: `${title.padEnd(10)} {bar} {percentage}% {note}`,
    hideCursor: true,
    clearOnComplete: false,
    stream: process.stderr,
    barsize: Math.max(4, Math.min(MAX_BAR, (process.stderr.columns || 80) - NOTE_COLUMNS)),
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
    `batch accuracy ${(100 * accuracy).toFixed(1)} %`,
    ...(validation === undefined ? [] : [`validation ${(100 * validation).toFixed(1)} %`]),
    `${Math.round(imagesPerSecond)} images/s`,
  ].join(', ')
}
