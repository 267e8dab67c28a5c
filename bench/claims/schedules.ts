import { difference, percent, type Claim } from './claim.ts'
import { BALANCED } from './data.ts'
import { SMALL_NET } from './settings.ts'

const STEPS = 300

export const scheduleSpec = (name: string): object => ({
  ...SMALL_NET,
  budget: { steps: STEPS },
  schedule: { name, learningRate: 0.1 },
})

/** Li et al. 2020, “Budgeted Training”: under a small budget, linear to zero beats step decay. */
export const schedules: Claim = {
  name: 'schedules',
  seeds: 12,
  title: 'Linear to zero under a small budget',
  unit: 'test accuracy, %',
  setting: `10,000 images, ${STEPS} steps of 128 images`,
  async show({ runs, data }) {
    const dataset = await data(BALANCED)
    const accuracy = async (name: string): Promise<number[]> => {
      const finished = await runs.train(`schedule-${name}`, dataset, scheduleSpec(name))
      return percent(finished.map(({ report }) => report.accuracy))
    }
    const [step, cosine, linear] = [await accuracy('step'), await accuracy('cosine'), await accuracy('linear')]
    return {
      rows: [
        { name: 'step', values: step },
        { name: 'cosine', values: cosine },
        { name: 'linear', values: linear },
      ],
      gates: [
        { name: 'linear over step', values: difference(linear, step), min: 1 },
        { name: 'linear over cosine', values: difference(linear, cosine), min: -0.3 },
      ],
    }
  },
}
