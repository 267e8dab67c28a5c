import type { Report } from '../../src/evaluation/report.ts'
import { mean } from '../statistics.ts'
import { difference, percent, type Claim } from './claim.ts'
import { BALANCED } from './data.ts'
import { SMALL_NET } from './settings.ts'

const STEPS = 500
/** Of the test images, corrupted in each way. */
const IMAGES = 2000
const CORRUPTIONS = [
  ...['gaussian-noise', 'shot-noise', 'impulse-noise', 'defocus-blur', 'gaussian-blur', 'motion-blur'],
  ...['pixelate', 'jpeg'],
]

interface Errors {
  clean: number[]
  strong: number[]
  all: number[]
}

/** The first two severities hardly change images of 28 pixels. */
const STRONG = [3, 4, 5]

function meanError({ robustness }: Report, severities: readonly number[]): number {
  const all = (robustness?.corruptions ?? []).flatMap((corruption) => corruption.severities)
  return mean(all.filter(({ severity }) => severities.includes(severity)).map(({ error }) => error))
}

/** Hendrycks et al. 2020: mixed chains of operations, and agreement between them, make a net robust to corruptions that it never saw. */
export const augMix: Claim = {
  name: 'aug-mix',
  seeds: 5,
  title: 'AugMix under corruptions',
  unit: 'error, %',
  setting: `10,000 images, ${STEPS} steps of 128 images; the mean over noise, blur, pixelate and JPEG in severities 3 to 5, and beside it in all five, on ${IMAGES} test images`,
  async show({ runs, data }) {
    const dataset = await data(BALANCED)
    const spec = {
      ...SMALL_NET,
      budget: { steps: STEPS },
      schedule: { name: 'linear', learningRate: 0.1 },
      evaluation: { corruptions: CORRUPTIONS, images: IMAGES },
    }
    const errors = async (name: string, change: object): Promise<Errors> => {
      const finished = await runs.train(name, dataset, { ...spec, ...change })
      return {
        clean: percent(finished.map(({ report }) => 1 - report.accuracy)),
        strong: percent(finished.map(({ report }) => meanError(report, STRONG))),
        all: percent(finished.map(({ report }) => report.robustness?.meanError ?? NaN)),
      }
    }
    const plain = await errors('flip-and-crop', {})
    const mixed = await errors('aug-mix', {
      augment: [...SMALL_NET.augment, 'aug-mix'],
      loss: { name: 'jsd', weight: 12 },
    })
    return {
      rows: [
        { name: 'flip and crop, clean', values: plain.clean },
        { name: 'AugMix with JSD, clean', values: mixed.clean },
        { name: 'flip and crop, all severities', values: plain.all },
        { name: 'AugMix with JSD, all severities', values: mixed.all },
        { name: 'flip and crop, severities 3 to 5', values: plain.strong },
        { name: 'AugMix with JSD, severities 3 to 5', values: mixed.strong },
      ],
      gates: [{ name: 'AugMix below flip and crop', values: difference(plain.strong, mixed.strong), min: 3 }],
    }
  },
}
