import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { loadEngine } from '../../../src/engine/load.ts'
import { AUGMENTS, COMPONENT_FIELDS } from '../../../src/job-spec/components.ts'
import { longTail } from '../../helpers/long-tail.ts'
import { reportOf, SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'

const JOB = { ...SMALL_JOB, batchSize: 16, budget: { steps: 4 }, mix: 'none', averaging: 'none' }

/** What some components ask for beside their names. */
const BESIDE: Readonly<Record<string, (training: Training) => object>> = {
  'loss jsd': () => ({ augment: ['aug-mix'] }),
  'loss distillation': ({ path }) => ({ loss: { name: 'distillation', teacher: path('teacher', 'last') } }),
  'sampling power': () => ({ sampling: { name: 'power', power: 0.5 } }),
  'augment one-of': () => ({ augment: [{ name: 'one-of', of: ['cutout', 'jpeg'] }] }),
  'augment some-of': () => ({ augment: [{ name: 'some-of', count: [1, 2], of: ['cutout', 'jpeg'] }] }),
}

let engine: Engine
let training: Training
beforeAll(async () => {
  engine = await loadEngine({ engine: 'torch', threads: 1 })
  training = await trainingOn(longTail({ train: [40, 30, 20, 16], heldOut: 8, noise: 0.5 }), engine, JOB)
  await training.run({}, 'teacher')
})
afterAll(() => training.remove())

// Architectures and open sets have suites of their own.
const OWN_SUITES = ['model', 'openSet']
const FIELDS = Object.entries(COMPONENT_FIELDS).filter(([field]) => !OWN_SUITES.includes(field))

describe.each([...FIELDS, ['augment', AUGMENTS] as const])('every %s of the registry', (field, components) => {
  it.each(components.map(({ name }) => name))(
    '%s trains by its name, goes on after a pause, and reports',
    async (name) => {
      const spec = { [field]: field === 'augment' ? [name] : name, ...BESIDE[`${field} ${name}`]?.(training) }
      const out = `${field}-${name}`
      expect((await training.run(spec, out, { pauseAt: 0.5 })).at(-1)).toMatchObject({ type: 'paused', step: 2 })
      const events = await training.run(spec, out)
      expect(events.at(-1)).toMatchObject({ type: 'succeeded' })
      expect(training.checkpoint(out, 'last').info.step).toBe(4)
      const report = reportOf(events)
      expect(report.classes.reduce((sum, { seen = 0 }) => sum + seen, 0)).toBe(4 * JOB.batchSize)
      expect(Number.isFinite(report.nll)).toBe(true)
      expect(report.images).toBe(32)
    },
  )
})
