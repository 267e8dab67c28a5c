import { describe, expect, it } from 'vitest'
import { trainSteps, type TakenStep } from '../../../src/train/run/train-steps.ts'
import type { StepScalars } from '../../../src/train/step/step.ts'

/** A stage whose steps have these losses, and what happens to it. */
function stageOf(losses: readonly number[], batches = losses.length) {
  const taken: StepScalars[] = []
  const calls = { from: -1, closed: 0 }
  const clock = { ms: 0 }
  const stage = {
    spec: { batchSize: 2 },
    trainStep: {
      state: new Map(),
      run(_: unknown, scalars: StepScalars) {
        taken.push(scalars)
        clock.ms += 250
        return { loss: losses[taken.length - 1] ?? NaN, accuracy: 0.5 }
      },
      dispose: () => undefined,
    },
    loader({ stageStep }: { stageStep: number }) {
      calls.from = stageStep
      let left = batches
      const batch = { count: 2, views: 1 as const, pixels: new Uint8Array(0) }
      return Promise.resolve({
        next: () => (left-- > 0 ? { ...batch, labels: Int32Array.of(0, 1), indices: Int32Array.of(0, 1) } : undefined),
        waitedMs: () => 0,
        close: () => void calls.closed++,
      })
    },
  }
  const next = (steps: number) => () =>
    taken.length === steps ? undefined : { learningRate: 0.1, step: taken.length + 1, progress: taken.length / steps }
  return { stage, taken, calls, clock, next }
}

async function steps(
  losses: readonly number[],
  {
    total = losses.length,
    signal = new AbortController().signal,
    batches = total,
    onStep = () => undefined,
  }: {
    total?: number
    signal?: AbortSignal
    batches?: number
    onStep?: (step: TakenStep) => void
  } = {},
) {
  const { stage, taken, calls, clock, next } = stageOf(losses, batches)
  const seen: TakenStep[] = []
  const options = { now: () => clock.ms, signal, stageStep: 3, next: next(total) }
  const run = async (): Promise<void> => {
    for await (const step of trainSteps(stage, options)) {
      seen.push(step)
      onStep(step)
    }
  }
  return { ended: run(), seen, taken, calls }
}

describe('training steps', () => {
  it('are taken with the scalars of each until there are none, from where the stage is', async () => {
    const { ended, seen, taken, calls } = await steps([3, 2, 1])
    await ended
    expect(calls).toEqual({ from: 3, closed: 1 })
    expect(taken.map(({ step, progress }) => [step, progress])).toEqual([
      [1, 0],
      [2, 1 / 3],
      [3, 2 / 3],
    ])
    expect(seen.map(({ step, loss, finite }) => [step, loss, finite])).toEqual([
      [1, 3, true],
      [2, 2, true],
      [3, 1, true],
    ])
  })

  it.each([NaN, Infinity])('end after one whose loss is %s', async (loss) => {
    const { ended, seen, calls } = await steps([3, loss, 1])
    await ended
    expect(seen.map(({ finite }) => finite)).toEqual([true, false])
    expect(calls.closed).toBe(1)
  })

  it('end after the one under way when they are interrupted', async () => {
    const interrupt = new AbortController()
    const { ended, seen, calls } = await steps([3, 2, 1], {
      signal: interrupt.signal,
      onStep: ({ step }) => {
        if (step === 2) interrupt.abort()
      },
    })
    await ended
    expect(seen).toHaveLength(2)
    expect(calls.closed).toBe(1)
  })

  it('let a signal in before each is seen', async () => {
    const interrupt = new AbortController()
    setImmediate(() => interrupt.abort())
    const { ended, seen } = await steps([3, 2, 1], { signal: interrupt.signal })
    await ended
    expect(seen).toHaveLength(1)
  })

  it('close their loader where who takes them fails', async () => {
    const { ended, calls } = await steps([3, 2, 1], {
      onStep: () => {
        throw new Error('stop')
      },
    })
    await expect(ended).rejects.toThrow('stop')
    expect(calls.closed).toBe(1)
  })

  it('fail where the loader ends before them', async () => {
    const { ended, calls } = await steps([3, 2, 1], { batches: 2 })
    await expect(ended).rejects.toMatchObject({ code: 'internal', message: 'The loader ended before step 3.' })
    expect(calls.closed).toBe(1)
  })

  it('have means over those since the last metrics, which begin again where they are reset', async () => {
    const means: Record<string, number>[] = []
    const { ended } = await steps([4, 2, 9, 1], {
      onStep: (step) => {
        if (step.step === 3) step.resetMetrics()
        else if (step.step !== 1) means.push(step.metrics(10))
      },
    })
    await ended
    expect(means.map((values) => values['train/loss'])).toEqual([3, 1])
    expect(means[0]).toMatchObject({ 'train/learningRate': 0.1, 'train/imagesPerSecond': 8, 'train/secondsLeft': 2.5 })
  })
})
