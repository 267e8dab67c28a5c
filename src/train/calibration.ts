import type { SplitLogits } from './evaluate.ts'
import { accuracy, fitTemperature, TEMPERATURES } from './metrics.ts'

/** What the logits of a model are divided by. */
export interface Calibration {
  temperature: number
  /** Why it is not what minimises the validation loss, and what helps. */
  note?: string
}

/** Relative distance from an end of the range within which the search has ended there. */
const AT_AN_END = 0.01

/**
 * The temperature for a model by its validation images. Where every answer is right, their loss falls for ever as the temperature goes to 0, and says
 * nothing about how sure the model may be: the logits stay as they are.
 */
export function calibrate(validation: SplitLogits): Calibration {
  const images = validation.labels.length
  if (accuracy(validation) === 1)
    return {
      temperature: 1,
      note: `The temperature is left at 1: all ${images} validation images are answered rightly, so that none says how sure the model may be. More validation images, some of which it mistakes, would calibrate it.`,
    }
  const temperature = fitTemperature(validation)
  const [lowest, highest] = TEMPERATURES
  const ends = (end: number): boolean => Math.abs(temperature / end - 1) < AT_AN_END
  if (ends(lowest))
    return {
      temperature,
      note: `The temperature is at its lower end, ${lowest}: the ${images} validation images ask for surer answers still. More of them would calibrate the model.`,
    }
  if (ends(highest))
    return {
      temperature,
      note: `The temperature is at its upper end, ${highest}: on the ${images} validation images the answers are hardly better than chance. Training further, or more validation images, would help.`,
    }
  return { temperature }
}
