import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../../../src/engine/engine.ts'
import { parsePolicySearch } from '../../../src/job-spec/policy-search.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import type { TrainEvent } from '../../../src/train/process/events.ts'
import { policySearch, type PolicySearchReport } from '../../../src/train/policy-search/search.ts'
import type { FoldFinding, GridPoint } from '../../../src/train/checkpoint/search-progress.ts'
import { classFolders } from '../../helpers/archives.ts'
import { loadEngine } from '../../../src/engine/load.ts'
import { SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'

let engine: Engine
let training: Training
beforeAll(async () => {
  engine = await loadEngine({ engine: 'torch', threads: 1 })
  // A class is the third of the image that is bright.
  training = await trainingOn(classFolders(3, 60), engine, SMALL_JOB)
})
afterAll(() => training.remove())

let searches = 0

interface Circumstances {
  out?: string
  stopEarly?: AbortSignal
  signal?: AbortSignal
  checkpointEveryMs?: number
  /** Told of each event; the search is left there and then where it answers `die`, as when its process is killed. */
  onEvent?: (event: TrainEvent) => 'die' | undefined
  now?: () => number
}

async function search(options: object, circumstances: Circumstances = {}): Promise<TrainEvent[]> {
  const { out = `search-${searches++}`, onEvent = () => undefined, signal, ...run } = circumstances
  const spec = { ...SMALL_JOB, batchSize: 16, budget: { epochs: 6 } }
  const events: TrainEvent[] = []
  for await (const event of policySearch(resolveSpec(spec, training.dataset.manifest), training.dataset, {
    engine,
    outDir: join(training.folder, out),
    now: () => performance.now(),
    ...run,
    signal: signal ?? new AbortController().signal,
    options: parsePolicySearch({ share: 1, folds: 2, ...options }, ''),
  })) {
    events.push(event)
    if (onEvent(event) === 'die') break
  }
  return events
}

const reportOf = (events: readonly TrainEvent[]): PolicySearchReport =>
  (events.at(-1) as unknown as { report: PolicySearchReport }).report

describe('density matching', () => {
  it('keeps operations that leave the classes recognisable, and avoids those that destroy them', async () => {
    const before = engine.tf.memory().numTensors
    const events = await search({ operations: 1, trials: 70, startTrials: 60, keep: 4 }, { out: 'kept' })
    expect(engine.tf.memory().numTensors).toBe(before)
    const report = reportOf(events) as PolicySearchReport & { folds: FoldFinding[] }
    expect(report).toMatchObject({ kind: 'policy-search', method: 'density-matching', ended: 'whole' })
    const kept = report.folds.flatMap((fold) => fold.kept.map(({ subPolicy }) => subPolicy[0]!))
    expect(report.policy).toEqual(kept.map((step) => [step]))
    expect(kept).toHaveLength(8)
    for (const { clean, policy, images, kept: best } of report.folds) {
      for (const { changed } of best) expect(changed).toBeGreaterThanOrEqual(0.5)
      expect(images).toBeGreaterThan(50)
      expect(clean).toBeLessThan(0.3)
      expect(policy).toBeLessThan(clean + 0.2)
    }
    const losses = events.flatMap((event) =>
      event.type === 'metrics' && 'search/loss' in event.values ? [event.values['search/loss']] : [],
    )
    expect(Math.max(...losses)).toBeGreaterThan(0.3)
    for (const { op, magnitude } of kept) {
      expect(op).not.toBe('Invert')
      if (op === 'Solarize' || op === 'TranslateX') expect(magnitude).toBeLessThan(6)
    }
    const saved: unknown = JSON.parse(await readFile(join(training.folder, 'kept', 'policy.json'), 'utf8'))
    expect(saved).toEqual(report.policy)
    expect(parseSpec({ augment: [{ name: 'auto-augment', policy: saved }] }).augment?.[0]).toMatchObject({
      policy: saved,
    })
  })

  it('tells of its progress up to the last trial, and is the same again', async () => {
    const options = { trials: 6, startTrials: 3, images: 10, keep: 2, share: 0.3 }
    const events = await search(options)
    const started = events.find((event) => event.type === 'started')!
    const steps = events.flatMap((event) => (event.type === 'metrics' ? [event.step] : []))
    expect(steps.at(-1)).toBe(started.totalSteps)
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    expect(events.map(({ type }) => type).filter((type) => !['metrics', 'checkpoint'].includes(type))).toEqual([
      ...['started', 'phase', 'phase', 'artifact', 'succeeded'],
    ])
    expect(reportOf(await search(options)).policy).toEqual(reportOf(events).policy)
  })

  it('ends with what it has when it is asked to, and with no report when it is interrupted', async () => {
    const asked = AbortSignal.abort()
    const events = await search({ trials: 6 }, { stopEarly: asked })
    expect(reportOf(events)).toMatchObject({ ended: 'finished', policy: null })
    expect((await search({ trials: 6 }, { signal: asked })).at(-1)?.type).toBe('interrupted')
    expect(reportOf(await search({ minutes: 0.05, trials: 10_000, share: 0.1 })).ended).toBe('minutes')
  })
})

describe('the grid of rand-augment', () => {
  it('takes the numbers whose net does best on held-out images, beside one with no policy', async () => {
    const options = { method: 'rand-augment', numOps: [1], magnitudes: [1, 30], share: 0.4 }
    const report = reportOf(await search(options)) as PolicySearchReport & { grid: GridPoint[] }
    expect(report.grid.map(({ numOps, magnitude }) => [numOps, magnitude])).toEqual([
      [0, 0],
      [1, 1],
      [1, 30],
    ])
    const [, mild, strong] = report.grid
    expect(mild!.loss).not.toBe(strong!.loss)
    expect(report.policy).toEqual({ numOps: 1, magnitude: mild!.loss < strong!.loss ? 1 : 30 })
  })
})

/** So that `last` is written after each step and each trial. */
const AT_ONCE = -1

describe('a search that is cut off', () => {
  const quick = { share: 0.1, trials: 4, startTrials: 2, images: 10, keep: 2 }
  const stepsOf = (events: readonly TrainEvent[]): number[] =>
    events.flatMap((event) => (event.type === 'metrics' ? [event.step] : []))

  /** Searches until the end, and is killed or interrupted at each of the places where `at` says so. */
  async function interrupted(options: object, { kill, at }: { kill: boolean; at: number[] }) {
    const out = `cut-${searches++}`
    const attempts: TrainEvent[][] = []
    for (let ended = false; !ended;) {
      const [place, abort] = [at[attempts.length] ?? Infinity, new AbortController()]
      const events = await search(options, {
        out,
        signal: abort.signal,
        checkpointEveryMs: kill ? AT_ONCE : 1e9,
        onEvent(event) {
          if (!kill && event.type === 'metrics' && event.step >= place) abort.abort()
          return kill && event.type === 'checkpoint' && event.step >= place ? 'die' : undefined
        },
      })
      attempts.push(events)
      ended = events.at(-1)?.type === 'succeeded'
      expect(attempts.length).toBeLessThanOrEqual(at.length + 1)
    }
    return attempts
  }

  it('goes on from where it was killed, repeats nothing, and finds the same', async () => {
    const whole = await search(quick)
    const total = whole.find((event) => event.type === 'started')!.totalSteps
    const net = total / 2 - quick.trials
    const at = [net - 1, net + 2, net + quick.trials + 1, total - 1]
    const before = engine.tf.memory().numTensors
    const attempts = await interrupted(quick, { kill: true, at })
    expect(engine.tf.memory().numTensors).toBe(before)
    expect(attempts).toHaveLength(at.length + 1)
    expect(attempts.map((events) => events.find((event) => event.type === 'started')?.startStep)).toEqual([0, ...at])
    expect(attempts.flatMap(stepsOf)).toEqual(stepsOf(whole))
    expect(reportOf(attempts.at(-1)!)).toEqual(reportOf(whole))
  })

  it('writes where it is when it is interrupted, in training and between trials', async () => {
    const options = { ...quick, trials: 20 }
    const whole = reportOf(await search(options))
    const attempts = await interrupted(options, { kill: false, at: [1, 20] })
    expect(attempts.slice(0, -1).map((events) => events.slice(-2).map(({ type }) => type))).toEqual([
      ['checkpoint', 'interrupted'],
      ['checkpoint', 'interrupted'],
    ])
    expect(reportOf(attempts.at(-1)!)).toEqual(whole)
  })

  it('trains no net of a grid again', async () => {
    const options = { method: 'rand-augment', numOps: [1], magnitudes: [1, 30], share: 0.1 }
    const whole = await search(options)
    const net = whole.find((event) => event.type === 'started')!.totalSteps / 3
    const attempts = await interrupted(options, { kill: true, at: [net, 2 * net - 1] })
    expect(attempts.map((events) => events.find((event) => event.type === 'started')?.startStep)).toEqual([
      ...[0, net, 2 * net - 1],
    ])
    expect(reportOf(attempts.at(-1)!)).toEqual(reportOf(whole))
  })

  it('counts the minutes of all attempts, and is not taken for one with other options', async () => {
    const options = { ...quick, share: 0.5, minutes: 1 }
    let time = 0
    const clock = { out: 'minutes', checkpointEveryMs: AT_ONCE, now: () => time }
    const kept = (seconds: number) => (event: TrainEvent) => {
      if (event.type !== 'checkpoint') return undefined
      if (time > 0) return 'die' as const
      time = seconds * 1000
      return undefined
    }
    await search(options, { ...clock, onEvent: kept(59) })
    time = 0
    const rest = await search(options, { ...clock, onEvent: (event) => (kept(2)(event), undefined) })
    expect(rest.find((event) => event.type === 'started')?.startStep).toBe(2)
    expect(reportOf(rest)).toMatchObject({ ended: 'minutes', policy: null })
    expect(stepsOf(rest)).toEqual([3])
    await expect(search({ ...options, keep: 3 }, clock)).rejects.toThrow('a policy search with other options')
  })
})
