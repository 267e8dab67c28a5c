import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../../../src/engine/engine.ts'
import { parsePolicySearch } from '../../../src/spec/policy-search.ts'
import { parseSpec } from '../../../src/spec/parse.ts'
import { resolveSpec } from '../../../src/spec/resolve.ts'
import type { TrainEvent } from '../../../src/train/events.ts'
import {
  policySearch,
  type FoldFinding,
  type GridPoint,
  type PolicySearchReport,
} from '../../../src/train/policy-search/search.ts'
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

async function search(
  options: object,
  { finish, signal }: { finish?: AbortSignal; signal?: AbortSignal } = {},
): Promise<TrainEvent[]> {
  const { spec } = resolveSpec({ ...SMALL_JOB, batchSize: 16, budget: { epochs: 6 } }, training.dataset.manifest)
  const events: TrainEvent[] = []
  for await (const event of policySearch(spec, training.dataset, {
    ...{ engine, outDir: training.folder, now: () => performance.now() },
    ...{ signal: signal ?? new AbortController().signal, ...(finish === undefined ? {} : { finish }) },
    options: parsePolicySearch({ share: 1, folds: 2, ...options }, ''),
  }))
    events.push(event)
  return events
}

const reportOf = (events: readonly TrainEvent[]): PolicySearchReport =>
  (events.at(-1) as unknown as { report: PolicySearchReport }).report

describe('density matching', () => {
  it('keeps operations that leave the classes recognisable, and avoids those that destroy them', async () => {
    const before = engine.tf.memory().numTensors
    const events = await search({ operations: 1, trials: 70, startTrials: 60, keep: 4 })
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
    const saved: unknown = JSON.parse(await readFile(join(training.folder, 'policy.json'), 'utf8'))
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
    expect(events.map(({ type }) => type).filter((type) => type !== 'metrics')).toEqual([
      ...['started', 'phase', 'phase', 'artifact', 'succeeded'],
    ])
    expect(reportOf(await search(options)).policy).toEqual(reportOf(events).policy)
  })

  it('ends with what it has when it is asked to, and with no report when it is interrupted', async () => {
    const asked = AbortSignal.abort()
    const events = await search({ trials: 6 }, { finish: asked })
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
