import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/errors.ts'
import type { DatasetStatistics } from '../../../src/job-spec/defaults.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { runLength } from '../../../src/job-spec/run-length.ts'
import { averagingsOf, stagesOf } from '../../../src/job-spec/stages.ts'

const facts: DatasetStatistics = {
  classes: ['a', 'b', 'c'],
  channels: 3,
  medianSide: 224,
  counts: { train: 6400, val: 500, test: 500 },
  classCounts: { train: [3000, 3000, 400] },
}

function errorsOf(spec: unknown): AppError['errors'] {
  try {
    resolveSpec(spec, facts)
  } catch (error) {
    if (error instanceof AppError) return error.errors
  }
  throw new Error('expected an AppError')
}

describe('the stages of a spec', () => {
  it('are one, the job itself, where none are named', () => {
    const { spec } = resolveSpec({}, facts)
    expect(spec).not.toHaveProperty('stages')
    expect(stagesOf(spec)).toMatchObject([{ index: 0, share: 1, start: 0, ownSchedule: false, spec }])
  })

  it('set what they name over the job, and keep the rest', () => {
    const { spec, reasons } = resolveSpec(
      {
        model: { name: 'resnet18', freeze: 'none' },
        image: { size: 224 },
        batchSize: 64,
        budget: { epochs: 10 },
        stages: [
          { name: 'probe', share: 0.2, freeze: 'trunk', schedule: 'cosine' },
          { size: 128, sampling: 'class-balanced', batchSize: 32 },
          { head: 'reset' },
        ],
      },
      facts,
    )
    const [probe, small, last] = stagesOf(spec)
    expect(probe).toMatchObject({ name: 'probe', start: 0, ownSchedule: true, head: 'keep' })
    expect(probe?.spec.model).toMatchObject({ name: 'resnet18', freeze: 'trunk' })
    expect(probe?.spec.schedule).toMatchObject({ name: 'cosine', learningRate: 0.025 })
    expect(small).toMatchObject({ share: 0.4, start: 0.2, ownSchedule: false })
    expect(small?.spec).toMatchObject({ image: { size: 128 }, sampling: { name: 'class-balanced' }, batchSize: 32 })
    expect(last?.spec).toMatchObject({ image: { size: 224 }, batchSize: 64, model: { freeze: 'none' } })
    expect(last?.head).toBe('reset')
    expect(reasons['/stages/1/share']).toContain('equal parts')
    expect(runLength(spec, 6400)).toMatchObject({ totalSteps: 200 + 800 + 400, stepsPerEpoch: 100, seconds: null })
  })

  it('resolve to themselves', () => {
    const { spec } = resolveSpec({ stages: [{ share: 0.5, schedule: 'linear' }, { loss: 'focal' }] }, facts)
    expect(resolveSpec(spec, facts).spec).toEqual(spec)
  })

  it('with mistakes are refused with pointers into the stage', () => {
    expect(errorsOf({ stages: [{ share: 0.5 }, { share: 0.2 }] })).toEqual([
      { pointer: '/stages', detail: 'the shares sum to 0.7; they must sum to 1' },
    ])
    expect(errorsOf({ stages: [{ share: 1 }, {}] })[0]?.pointer).toBe('/stages')
    expect(errorsOf({ stages: [{ frezee: 'trunk' }] })).toEqual([
      { pointer: '/stages/0/frezee', detail: 'unknown key "frezee"; did you mean "freeze"?' },
    ])
    expect(errorsOf({ stages: [{}, { loss: { name: 'focal', gamma: -1 } }] })[0]?.pointer).toBe('/stages/1/loss/gamma')
    expect(errorsOf({ stages: [] })[0]).toMatchObject({ pointer: '/stages' })
    expect(errorsOf({ model: { name: 'inception_v3', stem: 'imagenet' }, stages: [{ size: 32 }] })[0]?.pointer).toBe(
      '/stages/0/size',
    )
  })
})

describe('a budget of minutes', () => {
  it('has a length in seconds, and no steps before it runs', () => {
    const { spec } = resolveSpec({ budget: { minutes: 2 }, batchSize: 64 }, facts)
    expect(spec.budget).toEqual({ minutes: 2 })
    expect(runLength(spec, 6400)).toEqual({ stepsPerEpoch: 100, totalSteps: null, images: null, seconds: 120 })
  })
})

describe('averaging', () => {
  it('may be one kind or several', () => {
    expect(averagingsOf(resolveSpec({ averaging: 'none' }, facts).spec)).toEqual([])
    expect(averagingsOf(resolveSpec({ averaging: 'ema' }, facts).spec)).toMatchObject([{ name: 'ema', decay: 0.999 }])
    const { spec } = resolveSpec({ averaging: ['swa', { name: 'ema', decay: 0.9 }] }, facts)
    expect(averagingsOf(spec)).toMatchObject([{ name: 'swa' }, { name: 'ema', decay: 0.9 }])
    expect(errorsOf({ averaging: ['sma'] })[0]).toMatchObject({ pointer: '/averaging/0' })
  })
})
