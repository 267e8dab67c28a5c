import { readFileSync } from 'node:fs'
import type * as tfc from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { averagings } from '../../../src/zoo/averaging/registry.ts'
import { relativeError, torch } from '../../helpers/engine.ts'

const oracle = JSON.parse(readFileSync(new URL('../../oracles/averaging.json', import.meta.url), 'utf8')) as {
  totalSteps: number
  stepsPerEpoch: number
  options: Record<'swa' | 'ema', object>
  weights: number[][]
  averages: Record<'swa' | 'ema', number[][]>
  batches: number[][]
  mean: number[]
  variance: number[]
}

let engine: Engine
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
})

function weightsOf(
  averaging: { name: string; [option: string]: unknown },
  budget = { totalSteps: oracle.totalSteps, stepsPerEpoch: oracle.stepsPerEpoch },
): (step: number) => number {
  const { name, ...options } = [parseSpec({ averaging }).averaging].flat()[0]!
  return averagings.find((candidate) => candidate.name === name)!.create(options, budget)
}

describe.each(['swa', 'ema'] as const)('%s', (name) => {
  it('is torch’s AveragedModel after every step', () => {
    const { tf } = engine
    const variable = (shape: number[]): tfc.Variable => tf.tidy(() => tf.variable(tf.zeros(shape), false))
    const [average, value, weight] = [variable([5]), variable([5]), variable([])]
    const weightAt = weightsOf({ name, ...oracle.options[name] })
    const first = name === 'swa' ? oracle.totalSteps / 2 : 1
    oracle.weights.forEach((weights, i) => {
      engine.write(value, Float32Array.from(weights))
      engine.write(weight, Float32Array.of(weightAt(i + 1)))
      engine.ops.averageStep([average], [value], weight as tfc.Tensor as tfc.Scalar)
      if (i + 1 >= first) expect(relativeError(average.dataSync(), oracle.averages[name][i]!)).toBeLessThan(1e-6)
    })
    tf.dispose([average, value, weight])
  })
})

describe('SWA’s snapshots', () => {
  const steps = (options: object, totalSteps: number): number[] => {
    const weightAt = weightsOf({ name: 'swa', ...options }, { totalSteps, stepsPerEpoch: 10 })
    return Array.from({ length: totalSteps }, (_, i) => i + 1).filter((step) => weightAt(step) > 0)
  }

  it('come every epoch from the start on', () => {
    expect(steps({ start: 0.75 }, 100)).toEqual([75, 85, 95])
  })

  it('come at the end of every cycle of the schedule, counted from the run’s beginning', () => {
    expect(steps({ start: 0.5, everySteps: 16 }, 100)).toEqual([64, 80, 96])
  })

  it('are at least one, of the last step', () => {
    expect(steps({ start: 0.9, everySteps: 64 }, 100)).toEqual([100])
    expect(steps({ start: 1, everyEpochs: 50 }, 100)).toEqual([100])
  })
})

it('statistics with a cumulative momentum are those of torch’s update_bn', () => {
  const { tf, ops } = engine
  tf.tidy(() => {
    const variable = (value: number): tfc.Variable => tf.variable(tf.fill([3], value), false)
    // What was there before does not count.
    const [movingMean, movingVariance] = [variable(7), variable(9)]
    oracle.batches.forEach((values, seen) => {
      ops.batchNormAct({
        x: tf.tensor4d(values, [4, 2, 2, 3]),
        gamma: tf.ones([3]),
        beta: tf.zeros([3]),
        movingMean,
        movingVariance,
        epsilon: 1e-5,
        activation: 'linear',
        momentum: tf.scalar(seen / (seen + 1)),
      })
    })
    expect(relativeError(movingMean.dataSync(), oracle.mean)).toBeLessThan(1e-6)
    expect(relativeError(movingVariance.dataSync(), oracle.variance)).toBeLessThan(1e-6)
  })
})
