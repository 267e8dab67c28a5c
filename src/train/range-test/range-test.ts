import { AppError } from '../../errors.ts'
import { imageSource } from '../../data/packed/image-source.ts'
import type { PackedDataset } from '../../data/packed.ts'
import { lineChart } from '../../plots/line-chart.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import { stagesOf } from '../../job-spec/stages.ts'
import { RANGE_TEST_PLOT, type RangeTestOptions } from '../../job-spec/tasks.ts'
import { writeArtifact } from '../process/artifacts.ts'
import type { TrainEvent } from '../process/events.ts'
import type { FitOptions } from '../run/options.ts'
import { initRun, openRun } from '../run/open-run.ts'
import { divideFor } from '../evaluate/divide.ts'
import { startedEvent } from '../run/run-events.ts'
import { trainSteps } from '../run/train-steps.ts'
import { hasDiverged, rampRate, smooth, suggest, type RangePoint, type RangeSuggestion } from './suggestion.ts'

/** What a range test leaves. */
export interface RangeTestReport {
  kind: 'range-test'
  points: (RangePoint & { smoothed: number })[]
  suggestion: RangeSuggestion | null
  /** Why it ended: the ramp was complete, the loss diverged, or it was stopped early. */
  ended: 'whole' | 'diverged' | 'finished'
}

/**
 * The learning-rate range test: trains the first stage of a spec while the rate rises, and reads from the loss which rates to take.
 * Nothing of the trained weights is kept.
 * Source: Smith 2017, §3.3, https://arxiv.org/abs/1506.01186.
 */
export async function* rangeTest(
  spec: ResolvedSpec,
  packed: PackedDataset,
  {
    options,
    ...run
  }: Pick<FitOptions, 'engine' | 'signal' | 'stopEarly' | 'outDir' | 'now' | 'weights' | 'loaderThreads'> & {
    options: RangeTestOptions
  },
): AsyncGenerator<TrainEvent> {
  const { engine, signal, stopEarly, outDir } = run
  const { steps, smoothing, divergence } = options
  requireRising(options)
  const data = divideFor(spec, packed)
  const first = { ...(stagesOf(spec)[0]?.spec ?? spec), averaging: { name: 'none' }, budget: { steps } }
  const opened = await openRun(first, data, { ...run, pixels: imageSource(data.known) })
  await initRun(opened, undefined)
  const { open } = opened
  yield startedEvent(engine, open, { counts: data.known.manifest.counts, totalSteps: steps })
  yield { type: 'phase', phase: 'running' }
  const points: RangePoint[] = []
  let ended: RangeTestReport['ended'] = 'whole'
  const next = () => {
    const done = points.length
    if (done === steps) return undefined
    return { learningRate: rampRate(options, done), step: done + 1, progress: done / steps }
  }
  try {
    for await (const trained of trainSteps(open, { now: run.now, signal, stageStep: 0, next })) {
      const { step, learningRate, loss, accuracy } = trained
      if (!trained.finite) {
        ended = 'diverged'
        break
      }
      points.push({ learningRate, loss, accuracy })
      yield { type: 'metrics', step, epoch: step / open.length.stepsPerEpoch, values: trained.metrics(steps - step) }
      if (hasDiverged(smoothedLosses(points, smoothing), divergence)) ended = 'diverged'
      else if (stopEarly?.aborted === true) ended = 'finished'
      if (ended !== 'whole') break
    }
  } finally {
    open.close()
  }
  if (ended === 'whole' && signal.aborted) {
    yield { type: 'interrupted', step: points.length }
    return
  }
  yield { type: 'phase', phase: 'finalizing' }
  const report = reportOf(points, ended, smoothing)
  yield await writeArtifact(outDir, {
    kind: RANGE_TEST_PLOT,
    fileName: 'range-test.svg',
    contentType: 'image/svg+xml',
    bytes: new TextEncoder().encode(rangeChart(report, options.ramp)),
  })
  yield { type: 'succeeded', report }
}

function requireRising({ minimum, maximum }: RangeTestOptions): void {
  if (minimum < maximum) return
  throw new AppError('invalid_spec', `A range test rises from minimum to maximum: ${minimum} is not below ${maximum}.`)
}

const smoothedLosses = (points: readonly RangePoint[], smoothing: number): number[] =>
  smooth(
    points.map(({ loss }) => loss),
    smoothing,
  )

function reportOf(points: readonly RangePoint[], ended: RangeTestReport['ended'], smoothing: number): RangeTestReport {
  const smoothed = smoothedLosses(points, smoothing)
  return {
    kind: 'range-test',
    points: points.map((point, i) => ({ ...point, smoothed: smoothed[i] ?? point.loss })),
    suggestion: suggest(points, smoothing) ?? null,
    ended,
  }
}

/** Fraction by which a plot goes above the highest smoothed loss before the least one: the rest of a divergence would hide the fall. */
const HEADROOM = 0.25

/** Loss over the learning rate, with the suggestion. */
function rangeChart({ points, suggestion }: RangeTestReport, ramp: RangeTestOptions['ramp']): string {
  const averages = points.map(({ smoothed }) => smoothed)
  const least = averages.indexOf(Math.min(...averages))
  const ceiling = (1 + HEADROOM) * Math.max(0, ...averages.slice(0, least + 1))
  const series = (key: 'loss' | 'smoothed') =>
    points.map((point) => [point.learningRate, Math.min(point[key], ceiling)] as const)
  const cut = points.some(({ loss }) => loss > ceiling)
  return lineChart({
    title: 'Learning-rate range test',
    x: { label: 'learning rate', type: ramp === 'linear' ? 'linear' : 'log' },
    y: { label: cut ? `loss, cut off at ${Number(ceiling.toPrecision(3))}` : 'loss' },
    series: [
      { name: 'loss', points: series('loss') },
      { name: 'smoothed', points: series('smoothed') },
    ],
    events: Object.entries(suggestion ?? {}).map(([name, x]: [string, number]) => ({ x, name: `${name} ${x}` })),
  })
}
