import { expect, it } from 'vitest'
import { inSteps, plotSpec } from '../../../src/bin/spec-plot.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { stageLength, stagesOf } from '../../../src/job-spec/stages.ts'

const facts = {
  classes: ['a', 'b'],
  channels: 3,
  medianSide: 32,
  counts: { train: 1000, val: 0, test: 0 },
  classCounts: { train: [500, 500] },
}

function plot(input: object): string {
  const spec = inSteps(resolveSpec({ batchSize: 100, budget: { epochs: 4 }, ...input }, facts).spec)
  return plotSpec(
    spec,
    stagesOf(spec).map((stage) => ({ stage, length: stageLength(stage, 1000) })),
  )
}

it('a plot of a spec shows its learning rate, evaluations and snapshots', () => {
  const svg = plot({ name: 'mine', averaging: 'swa' })
  for (const text of ['mine', 'learning rate', 'evaluation', 'swa snapshot', 'optimiser step'])
    expect(svg).toContain(`>${text}<`)
  expect(svg).not.toContain('>momentum<')
})

it('a plot of a spec shows the momentum where the schedule moves it, and stages where there are several', () => {
  const svg = plot({ schedule: { name: 'one-cycle', cycleMomentum: true }, stages: [{ name: 'probe' }, {}] })
  for (const text of ['momentum', 'probe', 'stage 2']) expect(svg).toContain(`>${text}<`)
})

it('a budget of time is drawn as a thousand steps', () => {
  expect(plot({ budget: { minutes: 5 } })).toContain('>1,000<')
})
